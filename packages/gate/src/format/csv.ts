import type { Report, ReportImage } from '../report.js'

type Value = string | number | boolean | undefined

/** Text that stands for itself, and paths, which may be written in another way. */
const COLUMNS: Record<string, (image: ReportImage) => Value> = {
  path: ({ path }) => harmlessPath(path),
  output: ({ output }) => output && harmlessPath(output),
  status: ({ status }) => status,
  score: ({ score }) => score,
  label: ({ label }) => label,
  fault: ({ fault }) => fault,
  warn: ({ rule }) => rule?.warn,
  error: ({ rule }) => rule?.error,
  rule: ({ rule }) => harmless(rule?.files),
  source_score: ({ source }) => source?.score,
  format: ({ format }) => format,
  width: ({ width }) => width,
  height: ({ height }) => height,
  bytes: ({ bytes }) => bytes,
  sha256: ({ sha256 }) => sha256,
  reason: ({ reason }) => harmless(reason),
  message: ({ message }) => harmless(message),
  advice: ({ advice }) => harmless(advice),
  notes: ({ notes }) => harmless(notes?.join(' ')),
  cached: ({ cached }) => cached,
}

/** One line for each image, as RFC 4180 has it: CRLF, a header, quotes where they are needed. */
export function csv({ images }: Report): string {
  const rows = images.map((image) => Object.values(COLUMNS).map((cell) => cell(image)))
  return [Object.keys(COLUMNS), ...rows].map((row) => `${row.map(quoted).join(',')}\r\n`).join('')
}

function quoted(value: Value): string {
  const text = String(value ?? '')
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}

/** What a spreadsheet would run: https://owasp.org/www-community/attacks/CSV_Injection */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/

function harmless(text: string | undefined): string | undefined {
  return text !== undefined && FORMULA.test(text) ? `'${text}` : text
}

/** Still the same file, for a program that opens it. */
function harmlessPath(path: string): string {
  return FORMULA.test(path) ? `./${path}` : path
}
