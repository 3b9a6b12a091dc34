import { plural, printable, type Report } from '@diqa/gate'
import { CliError } from '../cli-error.js'
import type { Command, CommandContext } from '../command.js'
import { findImages } from '../find-images.js'
import { faultsOf, gateFiles, stoppedAfter } from '../gate-files.js'
import { prepareTargets, publish, readTargets, reportFlags, withTargets } from '../report-targets.js'
import { concurrencyFlag, scorerFlags } from '../scorer-flags.js'
import { configFlags, loadSettings, type Settings } from '../settings.js'

/** `diqa score`: prints scores and gates nothing. */
export const score: Command = {
  name: 'score',
  takes: 'PATHS...',
  text: 'score the images of files, folders and globs; gates nothing',
  flags: {
    ...reportFlags,
    ...scorerFlags,
    ...concurrencyFlag,
    ...configFlags,
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

async function runScore({ process, paths, flags, given, createScorer, say }: CommandContext): Promise<number> {
  if (paths.length === 0) throw new CliError('Expected files, folders or globs for "diqa score" but received none.')
  const cwd = process.cwd()
  const silent = flags.silent === true
  const options = ungated(await loadSettings(flags, cwd), cwd)
  const targets = await prepareTargets(readTargets(given, cwd))

  const { files, missing, unmatched } = await findImages(paths, cwd)
  const isWrong = missing.length > 0 || (unmatched.length > 0 && !flags['pass-with-no-images'])
  const complain = async () => {
    for (const sentence of [...missing, ...unmatched]) await say(printable(sentence))
  }
  if (files.length === 0 && isWrong) {
    await complain()
    return 2
  }

  const wanted = withTargets(options, targets)
  return gateFiles(files, wanted, { process, createScorer, silent }, async ({ result, failure, stopped }) => {
    const report = withoutRules(result.report)
    const how = { root: cwd, quiet: flags.quiet === true, silent, pictures: result.pictures }
    const unwritten = await publish(report, targets, how, process)
    const { images, undecodable } = report.summary
    if (undecodable > 0 && !silent) await say(`${undecodable} of ${plural(images, 'image')} could not be decoded.`)
    const faults = [...faultsOf(report.images), ...unwritten]
    for (const sentence of faults) await say(printable(sentence))
    if (!silent || isWrong) await complain()
    if (report.partial && !silent) await say(stoppedAfter(result, files.length))
    if (failure !== undefined) throw failure
    return stopped ?? (faults.length > 0 || isWrong ? 2 : 0)
  })
}

/** Of the configuration only what says how to score, and where scores are kept. */
function ungated({ options }: Settings, cwd: string) {
  return {
    ...options,
    root: cwd,
    include: ['**/*'],
    exclude: [],
    rules: [{ files: '**/*', warn: 0, error: 0 }],
    exempt: [],
    baseline: undefined,
    onUndecodable: 'off' as const,
    onNoImages: 'off' as const,
  }
}

function withoutRules(report: Report): Report {
  return { ...report, images: report.images.map(({ rule: _, ...image }) => image) }
}
