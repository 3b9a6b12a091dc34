import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { cachedPictures, noImagesMessage, printable, type Report } from '@diqa/gate'
import { glob, isDynamicPattern } from 'tinyglobby'
import { CliError } from '../cli-error.js'
import type { Command, CommandContext } from '../command.js'
import { splitGlob } from '../find-images.js'
import { faultsOf } from '../gate-files.js'
import { mergeReports, type NamedReport } from '../merge-reports.js'
import { annotate, ofConfig, prepareTargets, publish, readTargets, reportFlags } from '../report-targets.js'
import { configFlags, loadSettings } from '../settings.js'

/** `diqa merge`: one report of all parts of a run. */
export const merge: Command = {
  name: 'merge',
  takes: 'REPORT.json...',
  text: 'make one report of those that "diqa check --shard" wrote, with the exit code of the whole',
  flags: {
    ...reportFlags,
    config: configFlags.config,
    'pass-with-no-images': { type: 'boolean', text: 'exit 0 where there is no image' },
    quiet: { type: 'boolean', text: 'list only images with a problem' },
    silent: { type: 'boolean', text: 'print nothing but errors' },
  },
  examples: [['diqa merge "diqa-*.json" --format html -o diqa.html', 'the parts may come in any order']],
  run: runMerge,
}

async function runMerge({ process, paths, flags, given, say }: CommandContext): Promise<number> {
  const cwd = process.cwd()
  const silent = flags.silent === true
  const { options } = await loadSettings({ config: flags.config }, cwd)
  const targets = await prepareTargets([...readTargets(given, cwd), ...ofConfig(options)])
  const { report, failed, count } = mergeReports(await readReports(paths, cwd))
  const { root, onUndecodable } = options
  const how = { root, onUndecodable, quiet: flags.quiet === true, silent, pictures: cachedPictures(options) }
  const unwritten = await publish(report, targets, how, process)
  await annotate(report, targets, how, process)
  const faults = [...faultsOf(report.images), ...unwritten]
  for (const sentence of faults) await say(printable(sentence))
  if (failed.length > 0 && !silent) await say(`The gate failed for part ${failed.join(', ')} of ${count}.`)
  const onNoImages = flags['pass-with-no-images'] ? 'off' : options.onNoImages
  const isEmpty = report.images.length === 0 && onNoImages === 'error'
  if (isEmpty) await say(noImagesMessage(options))
  if (faults.length > 0 || isEmpty) return 2
  return failed.length > 0 ? 1 : 0
}

async function readReports(paths: readonly string[], cwd: string): Promise<NamedReport[]> {
  const names = await Promise.all(paths.map((path) => expand(path, cwd)))
  return Promise.all([...new Set(names.flat())].map(async (name) => ({ name, report: await readReport(name, cwd) })))
}

/** Not every shell does. */
async function expand(path: string, cwd: string): Promise<string[]> {
  if (!isDynamicPattern(path)) return [path]
  // The folders that it begins with may have brackets in their names.
  const { folder, pattern } = await splitGlob(path, cwd)
  const found = await glob(pattern, { cwd: folder, expandDirectories: false })
  return found.length > 0 ? found.sort().map((name) => path.slice(0, -pattern.length) + name) : [path]
}

async function readReport(name: string, cwd: string): Promise<Report> {
  const text = await readFile(resolve(cwd, name), 'utf8').catch(({ code, message }: NodeJS.ErrnoException) => {
    throw new CliError(`Expected a report at "${name}" but it cannot be read (${code ?? message}).`)
  })
  const report = parse(text)
  if (isReport(report)) return report
  throw new CliError(`Expected a report of diqa, version 1 JSON, in "${name}" but found something else.`)
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

function isReport(value: unknown): value is Report {
  const { schemaVersion, tool, model, engine, summary, images } = Object(value) as Record<string, unknown>
  return (
    schemaVersion === 1 &&
    [tool, model, engine, summary].every((part) => Object(part) === part) &&
    Array.isArray(images)
  )
}
