import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import { kindOf, UsageError } from '@diqa/core/light'
import type { ReportTarget } from './config/options.js'
import type { ResolvedOptions } from './config/resolve-options.js'
import { type Format, type FormatOptions, formats } from './format/format.js'
import { type FormatChoice, loadFormat, showsImages } from './format/load-format.js'
import { folderInRepository } from './format/repository-path.js'
import type { GateResult } from './gate-result.js'
import type { PictureSource } from './pictures/pictures.js'
import { replaceFile } from './replace-file.js'
import type { Report } from './report.js'

/** A report as text, for the file that the options name. */
export interface RenderedReport {
  /** As in the options: relative to the root. */
  file: string
  content: string
}

/** What {@link renderReports} makes: one report that fails takes no other with it. */
export interface RenderedReports {
  rendered: RenderedReport[]
  /** One sentence for each that failed. */
  faults: string[]
}

/** What {@link renderReport} takes. */
export interface RenderOptions extends Omit<FormatOptions, 'pictures'> {
  root: string
  pictures?: PictureSource | undefined
}

/**
 * Renders one report.
 *
 * @param root what the report's paths are relative to; absolute
 * @param pictures where a format that shows images gets them; asked only by such a format
 * @throws UsageError (rejects) when the format cannot be loaded, throws, or gives something else than text
 */
export async function renderReport(
  report: Report,
  format: FormatChoice,
  { root, pictures, ...options }: RenderOptions,
): Promise<string> {
  const render = await loadFormat(format, root)
  // A format of the user's may sort and cut as it likes.
  const own = Object.values<Format>(formats).includes(render) ? report : structuredClone(report)
  const shown = showsImages(render) ? await pictures?.(report) : undefined
  const content = await attempt(() => render(own, { folder: folderInRepository(root), ...options, pictures: shown }))
  if (typeof content === 'string') return content
  throw new UsageError(`Expected text from a report's format but received a value of type ${kindOf(content)}.`)
}

async function attempt<T>(render: () => T | Promise<T>): Promise<T> {
  try {
    return await render()
  } catch (error) {
    const said = error instanceof Error ? error.message : String(error)
    throw new UsageError(`Expected text from a report's format but it failed (${said}).`, { cause: error })
  }
}

/** What of the options concerns their reports. */
type ReportOptions = Pick<ResolvedOptions, 'reports' | 'root' | 'onUndecodable'>

/** Renders the reports that the options ask for. */
export async function renderReports(
  { report, pictures }: Pick<GateResult, 'report' | 'pictures'>,
  { reports, root, onUndecodable }: ReportOptions,
): Promise<RenderedReports> {
  const rendered: RenderedReport[] = []
  const faults: string[] = []
  for (const { format, file } of reports) {
    try {
      rendered.push({ file, content: await renderReport(report, format, { root, pictures, onUndecodable }) })
    } catch (error) {
      faults.push(faultOf(file, error))
    }
  }
  return { rendered, faults }
}

/**
 * Renders the reports and writes them, each whole or not at all.
 *
 * @param folder what their names are relative to
 * @returns the files, absolute
 * @throws UsageError (rejects) when all that can be written is written, for each that cannot: one sentence
 */
export async function writeReports(
  folder: string,
  result: Pick<GateResult, 'report' | 'pictures'>,
  options: ReportOptions,
): Promise<string[]> {
  const { rendered, faults } = await renderReports(result, options)
  const written: string[] = []
  for (const { file, content } of rendered) {
    try {
      written.push(await write(resolve(folder, file), content))
    } catch (error) {
      faults.push(faultOf(file, error))
    }
  }
  if (faults.length > 0) throw new UsageError(faults.join('\n'))
  return written
}

async function write(target: string, content: string): Promise<string> {
  await mkdir(dirname(target), { recursive: true })
  await replaceFile(target, content)
  return target
}

function faultOf(file: ReportTarget['file'], error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  const why = error instanceof UsageError ? message : `Expected a file that can be written (${code ?? message}).`
  return `The report "${file}" is missing: ${why}`
}
