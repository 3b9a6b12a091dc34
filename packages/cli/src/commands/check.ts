import { resolve } from 'node:path'
import {
  createCollector,
  formatSummary,
  noImagesMessage,
  plural,
  printable,
  type Report,
  type ResolvedOptions,
  readBaseline,
  reportPath,
} from '@diqa/gate'
import { acceptToday, changeText, prepareBaseline } from '../accept-today.js'
import { CliError } from '../cli-error.js'
import type { Command, CommandContext, FlagValues } from '../command.js'
import { faultsOf, type GateRun, gateFiles, stoppedAfter } from '../gate-files.js'
import {
  annotate,
  ofConfig,
  prepareTargets,
  publish,
  readTargets,
  reportFlags,
  withTargets,
} from '../report-targets.js'
import { concurrencyFlag, scorerFlags } from '../scorer-flags.js'
import { type Selection, select, selectionFlags } from '../selection.js'
import { configFlags, gateFlags, loadSettings } from '../settings.js'
import { settingsDigest } from '../settings-digest.js'
import { findSources } from '../sources.js'

/** `diqa check`: holds images against the rules. */
export const check: Command = {
  name: 'check',
  takes: '[PATHS...]',
  text: 'hold images against the rules; without paths, all that the configuration includes',
  flags: {
    ...reportFlags,
    ...gateFlags,
    'update-baseline': { type: 'boolean', text: 'write the baseline anew: accept what is now' },
    ...selectionFlags,
    ...scorerFlags,
    ...concurrencyFlag,
    ...configFlags,
    quiet: { type: 'boolean', text: 'list only images with a problem' },
    silent: { type: 'boolean', text: 'print nothing but errors' },
  },
  examples: [
    ['diqa check', 'all images below the configuration, or below this folder'],
    ['diqa check dist --error 30', 'what a build has made'],
    ['diqa check dist --sources public --max-drop 10', 'what an optimiser made of a folder, beside that folder'],
    ['diqa check --since origin/main', 'what a branch has changed'],
    ['diqa check --format html -o diqa.html --format json -o diqa.json', 'two reports'],
    ['diqa check --shard 2/8 --format json -o diqa-2.json', 'the second of eight machines'],
  ],
  run: runCheck,
}

async function runCheck(context: CommandContext): Promise<number> {
  const { process, flags, given, createScorer, say } = context
  const cwd = process.cwd()
  const silent = flags.silent === true
  const update = flags['update-baseline'] === true
  const { options } = await loadSettings(flags, cwd)
  const targets = await prepareTargets([...readTargets(given, cwd), ...ofConfig(options)])
  const remark = async (sentence: string) => {
    if (!silent) await say(printable(sentence))
  }
  if (update) await checkUpdate(options, flags, cwd)
  else await findBaseline(options, flags, remark)

  const selection = await select(context, { accepts: createCollector(options).accepts, root: options.root })
  const complaint = await complain(selection, options, context)
  if (selection.total === 0 && complaint !== 0) return complaint
  const { sources, remarks } = await findSources(selection.files, options, context)
  for (const sentence of remarks) await remark(sentence)

  const baseline = update
    ? acceptToday({
        options: withBaseline(options),
        isWhole: selection.isWhole,
        onWritten: (change) => void remark(changeText(change, reportPath(options.baseline!.file, cwd))),
      })
    : undefined
  const gated = withTargets({ ...options, onNoImages: 'off' }, targets)
  return gateFiles(selection.files, gated, { process, createScorer, silent, sources, baseline }, async (run) => {
    const report = await sharded(run, selection, options, context)
    const { root, onUndecodable } = options
    const how = { root, onUndecodable, quiet: flags.quiet === true, silent, pictures: run.result.pictures }
    const unwritten = await publish(report, targets, how, process)
    await annotate(report, targets, how, process)
    const faults = [...faultsOf(report.images), ...unwritten]
    for (const sentence of faults) await say(printable(sentence))
    const { result, failure, stopped } = run
    // What no image of a part matches, those of the rest may.
    const unusedExemptions = selection.isWhole && !report.partial ? result.unusedExemptions : []
    if (result.failed || targets.every(({ file }) => file !== undefined)) {
      await remark(formatSummary({ ...result, unusedExemptions }))
    }
    for (const { verdict, text, severity } of result.messages) if (!verdict && severity === 'error') await say(text)
    if (report.partial) await remark(stoppedAfter(result, selection.files.length))
    else await sayStale(run, selection, options, remark)
    if (failure !== undefined) throw failure
    if (stopped !== undefined) return stopped
    if (faults.length > 0) return 2
    return complaint || (result.failed ? 1 : 0)
  })
}

type Remark = (sentence: string) => Promise<void>

function withBaseline(options: ResolvedOptions) {
  const { baseline } = options
  if (baseline) return { ...options, baseline }
  throw new CliError(
    'Expected "baseline" in the configuration, or --baseline, for the file to write but found neither.',
  )
}

async function checkUpdate(options: ResolvedOptions, flags: FlagValues, cwd: string): Promise<void> {
  const { file } = withBaseline(options).baseline
  if (flags.shard !== undefined) {
    throw new CliError('Expected --update-baseline without --shard: each part would write the baseline of the whole.')
  }
  await prepareBaseline(file, reportPath(file, cwd))
}

/** A baseline that cannot be read is known before hours of scoring. */
async function findBaseline({ baseline }: ResolvedOptions, flags: FlagValues, remark: Remark): Promise<void> {
  if (!baseline || (await readBaseline(baseline.file))) return
  if (typeof flags.baseline === 'string') {
    throw new CliError(`Expected a baseline at "${flags.baseline}" but there is none: "diqa baseline" makes one.`)
  }
  await remark(`There is no baseline at ${baseline.file} yet, so every image counts as new: "diqa baseline" makes one.`)
}

/** Says what was asked for and is not there. @returns the exit code that it comes to */
async function complain(
  selection: Selection,
  options: ResolvedOptions,
  { flags, say }: CommandContext,
): Promise<number> {
  const { missing, unmatched, leftOut, total } = selection
  const pass = flags['pass-with-no-images'] === true
  const onNoImages = pass ? 'off' : options.onNoImages
  const nothing = total === 0 && missing.length === 0 && unmatched.length === 0
  const isWrong = missing.length > 0 || (unmatched.length > 0 && !pass) || (nothing && onNoImages === 'error')
  if (flags.silent !== true || isWrong) {
    const out = leftOut > 0 ? [`${plural(leftOut, 'file')} left out by "include" and "exclude".`] : []
    const none = nothing && onNoImages !== 'off' ? [noImagesMessage(options)] : []
    for (const sentence of [...missing, ...unmatched, ...out, ...none]) await say(printable(sentence))
  }
  return isWrong ? 2 : 0
}

async function sharded(
  { result }: GateRun,
  { shard }: Selection,
  options: ResolvedOptions,
  { process, flags }: CommandContext,
): Promise<Report> {
  const { report, failed } = result
  if (!shard) return report
  const { index, count, library } = shard
  // Machines may have it elsewhere, and call it by other names.
  const sources =
    typeof flags.sources === 'string' ? reportPath(resolve(process.cwd(), flags.sources), options.root) : undefined
  return { ...report, shard: { index, count, library, settings: await settingsDigest(options, sources), failed } }
}

async function sayStale(
  { result }: GateRun,
  { isWhole }: Selection,
  options: ResolvedOptions,
  remark: Remark,
): Promise<void> {
  const stale = result.baseline?.stale.length ?? 0
  if (!isWhole || stale === 0) return
  const entries = stale === 1 ? '1 entry' : `${stale} entries`
  await remark(
    `${entries} of ${reportPath(options.baseline!.file, options.root)} accept nothing any more: "diqa baseline --prune" takes them out.`,
  )
}
