import { resolve } from 'node:path'
import { createReport, type FormatName, formats, nearestWord, plural, printable, type Report } from '@diqa/gate'
import { CliError } from '../cli-error.js'
import { type CliProcess, write } from '../cli-process.js'
import { isInteractive, wantsColor } from '../color-support.js'
import type { Command, CommandContext, FlagValues } from '../command.js'
import { type FoundImages, findImages } from '../find-images.js'
import { prepareOutput, writeOutput } from '../output-file.js'
import { noProgress, type ProgressLine, progressLine } from '../progress-line.js'
import { scoreFiles } from '../score-files.js'
import { concurrencyFlag, scorerFlags, scorerOptions } from '../scorer-flags.js'
import { stopSignals } from '../stop-signals.js'
import { toolVersion } from '../tool-version.js'

/** `diqa score`: prints scores and gates nothing. */
export const score: Command = {
  name: 'score',
  takes: 'PATHS...',
  text: 'score the images of files, folders and globs; gates nothing',
  flags: {
    format: { type: 'string', value: 'NAME', text: `how to report: ${Object.keys(formats).join(', ')}` },
    output: { type: 'string', short: 'o', value: 'FILE', text: 'write the report to a file instead of stdout' },
    ...scorerFlags,
    ...concurrencyFlag,
    'pass-with-no-images': { type: 'boolean', text: 'exit 0 where a folder or a glob has no images' },
    quiet: { type: 'boolean', text: 'list only bad, poor and undecodable images' },
    silent: { type: 'boolean', text: 'print nothing but errors' },
  },
  examples: [
    ['diqa score src public', 'every image of two folders'],
    ['diqa score "src/**/*.avif"', 'a glob, quoted so that every shell leaves it alone'],
    ['diqa score dist --format json -o diqa.json', 'a report for other programs'],
  ],
  run: runScore,
}

async function runScore({ process, paths, flags, createScorer, say }: CommandContext): Promise<number> {
  const started = performance.now()
  if (paths.length === 0) throw new CliError('Expected files, folders or globs for "diqa score" but received none.')
  const settings = readSettings(flags)
  const { silent } = settings
  if (settings.output !== undefined) await prepareOutput(resolve(process.cwd(), settings.output), settings.output)

  const found = await findImages(paths, process.cwd())
  const exitCode = exitCodeOf(found, settings)
  if (found.files.length === 0 && exitCode !== 0) {
    await complain(found, say)
    return exitCode
  }

  const scorer = await createScorer(settings.scorer)
  const stop = stopSignals(process)
  try {
    const scored = await scoreFiles(scorer, found.files, {
      root: process.cwd(),
      stop,
      progress: progressOf(process, found.files.length, settings),
    })
    const partial = scored.images.length < found.files.length
    const durationMs = performance.now() - started
    const tool = { name: 'diqa', version: toolVersion() }
    const { model, engine } = scorer
    const report = createReport({ tool, model, engine, images: scored.images, durationMs, partial })
    await publish(report, settings, process)

    const { images, undecodable } = report.summary
    if (undecodable > 0 && !silent) await say(`${undecodable} of ${plural(images, 'image')} could not be decoded.`)
    for (const sentence of scored.faults) await say(printable(sentence))
    if (!silent || exitCode !== 0) await complain(found, say)
    if (partial && !silent) await say(`Stopped after ${images} of ${plural(found.files.length, 'image')}.`)
    if (scored.failure !== undefined) throw scored.failure
    return stop.exitCode ?? (scored.faults.length > 0 ? 2 : exitCode)
  } finally {
    stop.release()
    const disposed = scorer.dispose()
    // A stopped run does not wait for the work in flight, nor hear of what became of it.
    if (stop.exitCode === undefined) await disposed
    else disposed.catch(() => {})
  }
}

function progressOf({ stderr, env }: CliProcess, total: number, { silent }: Settings): ProgressLine {
  return silent ? noProgress : progressLine(stderr, { total, interactive: isInteractive(stderr, env) })
}

async function complain({ missing, unmatched }: FoundImages, say: CommandContext['say']): Promise<void> {
  for (const sentence of [...missing, ...unmatched]) await say(printable(sentence))
}

interface Settings {
  format: FormatName
  output: string | undefined
  scorer: ReturnType<typeof scorerOptions>
  passWithNoImages: boolean
  quiet: boolean
  silent: boolean
}

function readSettings(flags: FlagValues): Settings {
  return {
    format: readFormat(flags),
    output: flags.output === undefined ? undefined : String(flags.output),
    scorer: scorerOptions(flags),
    passWithNoImages: flags['pass-with-no-images'] === true,
    quiet: flags.quiet === true,
    silent: flags.silent === true,
  }
}

function readFormat({ format = 'stylish' }: FlagValues): FormatName {
  if (Object.hasOwn(formats, String(format))) return format as FormatName
  const names = Object.keys(formats)
  const nearest = nearestWord(String(format), names)
  const hint = nearest ? `; did you mean "${nearest}"?` : '.'
  throw new CliError(`Expected one of ${names.join(', ')} for --format but received "${format}"${hint}`)
}

function exitCodeOf({ missing, unmatched }: FoundImages, { passWithNoImages }: Settings): number {
  return missing.length > 0 || (unmatched.length > 0 && !passWithNoImages) ? 2 : 0
}

/** Writes the report to where it was asked for. */
async function publish(
  report: Report,
  { format, output, quiet, silent }: Settings,
  process: CliProcess,
): Promise<void> {
  if (output !== undefined) {
    await writeOutput(resolve(process.cwd(), output), formats[format](report, { quiet }), output)
  } else if (!silent) {
    // A terminal that does not know its width says 0.
    const columns = (process.stdout.isTTY && process.stdout.columns) || undefined
    const color = wantsColor(process.stdout, process.env)
    await write(process.stdout, formats[format](report, { color, columns, quiet }))
  }
}
