import { resolve } from 'node:path'
import {
  type FormatChoice,
  formats,
  loadFormat,
  type RenderOptions,
  type Report,
  type ResolvedOptions,
  renderReport,
} from '@diqa/gate'
import { CliError, isMisuse } from './cli-error.js'
import { type CliProcess, write } from './cli-process.js'
import { wantsColor } from './color-support.js'
import type { Flags, GivenFlag } from './command.js'
import { isImage } from './find-images.js'
import { prepareOutput, writeOutput } from './output-file.js'

/** The flags that say how to report; each can be given several times. */
export const reportFlags = {
  format: {
    type: 'string',
    value: 'NAME',
    text: `${Object.keys(formats).join(', ')} or a package`,
  },
  output: {
    type: 'string',
    short: 'o',
    value: 'FILE',
    text: 'a file for the report of the --format before it; both can be repeated',
  },
} satisfies Flags

/** One report to write. */
export interface Target {
  format: FormatChoice
  /** As it was given; absent for stdout. */
  file?: string
  /** What the file, and a format that is a path or a package, are seen from; absolute. */
  from: string
}

/** Pairs formats with files: each --output belongs to the --format beside it, and one report may go to stdout. */
export function readTargets(given: readonly GivenFlag[], from: string): Target[] {
  const targets: { format?: string; file?: string }[] = []
  for (const { name, value } of given) {
    if (name !== 'format' && name !== 'output') continue
    const key = name === 'format' ? 'format' : 'file'
    const last = targets.at(-1)
    if (last && last[key] === undefined) last[key] = String(value)
    else targets.push({ [key]: String(value) })
  }
  if (targets.length === 0) return [{ format: 'stylish', from }]
  const [, second] = targets.filter(({ file }) => file === undefined)
  if (second) {
    throw new CliError(`Expected --output after --format ${second.format}: only one report can go to stdout.`)
  }
  return targets.map(({ format = 'stylish', ...file }) => ({ format, ...file, from }))
}

/** The reports that a configuration asks for. */
export function ofConfig({ reports, root }: Pick<ResolvedOptions, 'reports' | 'root'>): Target[] {
  return reports.map(({ format, file }) => ({ format, file, from: root }))
}

/** Loads the formats and makes the folders: what cannot work is known before hours of scoring. */
export async function prepareTargets(targets: readonly Target[]): Promise<Target[]> {
  const seen = new Set<string>()
  for (const { file, from } of targets) {
    if (file === undefined) continue
    const path = resolve(from, file)
    if (isImage(file)) {
      // "-o *.jpg": the shell makes the first image the report.
      throw new CliError(`Expected a file for a report but received "${file}", which has the name of an image.`)
    }
    if (seen.has(path)) throw new CliError(`Expected a file for each report but received "${file}" for two.`)
    seen.add(path)
    await prepareOutput(path, file)
  }
  return Promise.all(
    targets.map(async (target) => ({ ...target, format: await loadFormat(target.format, target.from) })),
  )
}

/** Options with all the reports there will be, so that the gate gathers what they show. */
export function withTargets(options: ResolvedOptions, targets: readonly Target[]): ResolvedOptions {
  return { ...options, reports: targets.map(({ format, file = '' }) => ({ format, file })) }
}

/** How reports are written. */
export interface PublishOptions extends Pick<RenderOptions, 'quiet' | 'pictures' | 'onUndecodable'> {
  /** What the report's paths are relative to; absolute. */
  root: string
  silent: boolean
}

/**
 * Writes the report to where it was asked for: one that fails takes no other with it.
 *
 * @returns one sentence for each that failed
 */
export async function publish(
  report: Report,
  targets: readonly Target[],
  { silent, ...how }: PublishOptions,
  process: CliProcess,
): Promise<string[]> {
  const faults: string[] = []
  for (const { format, file, from } of targets) {
    if (file === undefined && silent) continue
    try {
      if (file === undefined) {
        // A terminal that does not know its width says 0.
        const columns = (process.stdout.isTTY && process.stdout.columns) || undefined
        const color = wantsColor(process.stdout, process.env)
        await print(await renderReport(report, format, { ...how, color, columns }), process)
      } else {
        const content = await renderReport(report, format, how)
        await writeOutput(resolve(from, file), content, file)
      }
    } catch (error) {
      if (!isMisuse(error)) throw error
      faults.push(error.message)
    }
  }
  return faults
}

async function print(text: string, { stdout }: CliProcess): Promise<void> {
  try {
    await write(stdout, text)
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    throw new CliError(`Expected to write the report to stdout but that failed (${code ?? message}).`, { cause: error })
  }
}

/**
 * Annotates the images in GitHub Actions, unless the user sees to it. To stderr, which GitHub reads too: stdout is the
 * report, and may go to a file.
 */
export async function annotate(
  report: Report,
  targets: readonly Target[],
  { root, silent, onUndecodable }: PublishOptions,
  { env, stderr }: CliProcess,
): Promise<void> {
  if (env.GITHUB_ACTIONS !== 'true' || silent || targets.some(({ format }) => format === formats.github)) return
  await write(stderr, await renderReport(report, formats.github, { root, onUndecodable }))
}
