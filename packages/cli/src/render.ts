import {
  type Format,
  type FormatName,
  type FormatOptions,
  formats,
  nearestWord,
  type Report,
  UsageError,
} from '@diqa/gate'

// Stands in for the gate's own until it has them.
export type FormatChoice = FormatName | Format | (string & {})

export async function loadFormat(format: FormatChoice, _root: string): Promise<Format> {
  if (typeof format === 'function') return format
  if (Object.hasOwn(formats, format)) return formats[format as FormatName]
  const names = Object.keys(formats)
  const nearest = nearestWord(format, names)
  const hint = nearest ? `; did you mean "${nearest}"?` : '.'
  throw new UsageError(
    `Expected one of ${names.join(', ')}, or a package that is installed, for a report's format but received "${format}"${hint}`,
  )
}

export async function renderReport(
  report: Report,
  format: FormatChoice,
  { root, ...options }: FormatOptions & { root: string },
): Promise<string> {
  return (await loadFormat(format, root))(report, options)
}
