import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { printable } from '@diqa/gate'
import { CliError } from '../cli-error.js'
import { write } from '../cli-process.js'
import type { Command, CommandContext } from '../command.js'
import { prepareOutput, writeOutput } from '../output-file.js'
import { scorerFlags } from '../scorer-flags.js'
import { loadSettings } from '../settings.js'

/** `diqa explain`: shows where an image lost its score. */
export const explain: Command = {
  name: 'explain',
  takes: 'IMAGE -o MAP.png',
  text: 'write a heat map of the error that the network sees, laid over the image',
  flags: {
    output: { type: 'string', short: 'o', value: 'FILE', text: 'the PNG file to write' },
    ...scorerFlags,
    silent: { type: 'boolean', text: 'print nothing but errors' },
  },
  examples: [['diqa explain hero.jpg -o hero-map.png', 'hot where the image looks worst']],
  run: runExplain,
}

async function runExplain({ process, paths, flags, createScorer, say }: CommandContext): Promise<number> {
  const [image, ...others] = paths
  if (image === undefined) throw new CliError('Expected an image for "diqa explain" but received none.')
  if (others.length > 0) throw new CliError(`Expected one image for "diqa explain" but received ${paths.length}.`)
  const output = outputOf(flags.output)
  const file = resolve(process.cwd(), image)
  const map = resolve(process.cwd(), output)
  if ((await realOf(file)) === (await realOf(map)))
    throw new CliError(`Expected another file than the image for --output but received "${output}".`)
  // Seen as the other commands see it, or the map would not explain their score.
  const { options } = await loadSettings(flags, process.cwd())
  await prepareOutput(map, output)

  const refuse = async (message: string) => {
    await say(printable(`${image}: ${message}`))
    return 2
  }

  const scorer = await createScorer(options.scorer)
  try {
    const result = await scorer.score(file)
    if (result.status !== 'scored') return await refuse(result.message)
    const explanation = await scorer.explain(file, { as: 'overlay' })
    if (explanation.status !== 'explained') return await refuse(explanation.message)
    await writeOutput(map, explanation.png!, output)
    if (!flags.silent) {
      const { score, label } = result
      await write(process.stdout, `${printable(image)}: ${score.toFixed(1)} ${label}\nMap: ${printable(output)}\n`)
    }
    return 0
  } finally {
    await scorer.dispose()
  }
}

/** Where a link leads, which is written through. */
function realOf(path: string): Promise<string> {
  return realpath(path).catch(() => path)
}

function outputOf(output: string | boolean | undefined): string {
  if (typeof output !== 'string') {
    throw new CliError('Expected the file to write for "diqa explain" (--output MAP.png) but received none.')
  }
  if (output.toLowerCase().endsWith('.png')) return output
  throw new CliError(`Expected a name that ends in .png for --output but received "${output}".`)
}
