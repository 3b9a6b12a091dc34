import { join } from 'node:path'
import {
  createCollector,
  noImagesMessage,
  printable,
  type ResolvedOptions,
  readBaseline,
  reportPath,
  writeBaseline,
} from '@diqa/gate'
import { acceptToday, type BaselineChange, changeText, prepareBaseline } from '../accept-today.js'
import { CliError } from '../cli-error.js'
import { write } from '../cli-process.js'
import type { Command, CommandContext, FlagValues } from '../command.js'
import { type GateRun, gateFiles, stoppedAfter } from '../gate-files.js'
import { concurrencyFlag, scorerFlags } from '../scorer-flags.js'
import { select, selectionFlags } from '../selection.js'
import { configFlags, gateFlags, loadSettings } from '../settings.js'
import { findSources } from '../sources.js'

const DEFAULT_FILE = 'diqa-baseline.json'
const { shard: _, ...selectionWithoutShard } = selectionFlags

/** `diqa baseline`: accepts today's state. */
export const baseline: Command = {
  name: 'baseline',
  takes: '[PATHS...]',
  text: 'accept what is now: from then on only new and worse images count',
  flags: {
    prune: { type: 'boolean', text: 'accept nothing new; take out what accepts nothing any more' },
    ...gateFlags,
    ...selectionWithoutShard,
    ...scorerFlags,
    ...concurrencyFlag,
    ...configFlags,
    silent: { type: 'boolean', text: 'print nothing but errors' },
  },
  examples: [
    ['diqa baseline', `write ${DEFAULT_FILE}, or what "baseline" of the configuration names`],
    ['diqa baseline legacy', 'accept one folder, and leave the rest of the file as it is'],
    ['diqa baseline --prune', 'after images were improved or removed'],
  ],
  run: runBaseline,
}

async function runBaseline(context: CommandContext): Promise<number> {
  const { process, flags, createScorer, say } = context
  const silent = flags.silent === true
  const options = await withBaseline(flags, process.cwd())
  const shown = reportPath(options.baseline.file, process.cwd())
  if (flags.prune && !(await readBaseline(options.baseline.file))) {
    throw new CliError(`Expected a baseline at "${shown}" to prune but there is none.`)
  }
  await prepareBaseline(options.baseline.file, shown)
  const { files, total, missing, unmatched, isWhole } = await select(context, {
    accepts: createCollector(options).accepts,
    root: options.root,
  })
  const complaints = [...missing, ...(flags['pass-with-no-images'] ? [] : unmatched)]
  if (complaints.length === 0 && total === 0 && !flags['pass-with-no-images']) complaints.push(noImagesMessage(options))
  for (const sentence of complaints) await say(printable(sentence))
  // A baseline of half of what was meant would let the other half fail.
  if (complaints.length > 0) return 2
  const { sources, remarks } = await findSources(files, options, context)
  if (!silent) for (const sentence of remarks) await say(printable(sentence))

  const changes: BaselineChange[] = []
  const update = flags.prune
    ? undefined
    : acceptToday({ options, isWhole, onWritten: (change) => changes.push(change) })
  const gated = { ...options, onNoImages: 'off' as const }
  return gateFiles(files, gated, { process, createScorer, silent, sources, baseline: update }, async (run) => {
    if (run.failure !== undefined) throw run.failure
    if (run.stopped !== undefined) {
      if (!silent) await say(stoppedAfter(run.result, files.length))
      return run.stopped
    }
    if (flags.prune) changes.push(await prune(run, options, isWhole))
    if (!silent) await write(process.stdout, `${printable(changeText(changes[0]!, shown))}\n`)
    return 0
  })
}

type WithBaseline = ResolvedOptions & { baseline: NonNullable<ResolvedOptions['baseline']> }

async function withBaseline(flags: FlagValues, cwd: string): Promise<WithBaseline> {
  const { options } = await loadSettings(flags, cwd)
  if (options.baseline) return options as WithBaseline
  const named = { ...flags, baseline: join(options.root, DEFAULT_FILE) }
  return (await loadSettings(named, cwd)).options as WithBaseline
}

/** Of images that the run did not look at, only a whole run can tell that they are gone. */
async function prune({ result }: GateRun, { baseline }: WithBaseline, isWhole: boolean): Promise<BaselineChange> {
  const { file } = baseline
  const { weights, images } = (await readBaseline(file))!
  const seen = new Set(result.verdicts.map(({ path }) => path))
  const stale = new Set(result.baseline!.stale.filter(({ path }) => isWhole || seen.has(path)).map(keyOf))
  const kept = images.filter((entry) => !stale.has(keyOf(entry)))
  await writeBaseline(file, { weights, images: kept })
  return { accepted: kept.length, added: 0, removed: images.length - kept.length }
}

function keyOf({ path, sha256 }: { path: string; sha256: string }): string {
  return `${sha256} ${path}`
}
