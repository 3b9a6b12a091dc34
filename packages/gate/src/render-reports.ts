import { mkdir } from 'node:fs/promises'
import { dirname, resolve } from 'node:path'
import type { ResolvedOptions } from './config/resolve-options.js'
import { formats } from './format/format.js'
import type { GateResult } from './gate-result.js'
import { replaceFile } from './replace-file.js'

/** A report as text, for the file that the options name. */
export interface RenderedReport {
  /** As in the options: relative to the root. */
  file: string
  content: string
}

/** Renders the reports that the options ask for. */
export function renderReports(
  { report }: Pick<GateResult, 'report'>,
  { reports }: Pick<ResolvedOptions, 'reports'>,
): RenderedReport[] {
  return reports.map(({ format, file }) => {
    const render = typeof format === 'function' ? format : formats[format]
    return { file, content: render(report) }
  })
}

/**
 * Renders the reports and writes them, each whole or not at all.
 *
 * @param folder what their names are relative to
 * @returns the files, absolute
 */
export async function writeReports(
  folder: string,
  result: Pick<GateResult, 'report'>,
  options: Pick<ResolvedOptions, 'reports'>,
): Promise<string[]> {
  return Promise.all(
    renderReports(result, options).map(async ({ file, content }) => {
      const target = resolve(folder, file)
      await mkdir(dirname(target), { recursive: true })
      await replaceFile(target, content)
      return target
    }),
  )
}
