import type { Label } from '@diqa/core'
import pico from 'picocolors'
import { fitText, textWidth } from '../fit-text.js'
import { humanBytes, humanDuration, plural } from '../human-units.js'
import { printable } from '../printable-text.js'
import type { Report, ReportImage } from '../report.js'
import { findingsOf } from './finding.js'
import type { FormatOptions } from './format.js'
import { folderOf, groupBy } from './group-by.js'

type Colors = ReturnType<typeof pico.createColors>
type Paint = (text: string) => string

/** Below this many scored images the worst are found at a glance; from it on they are listed once more. */
const MANY = 20
const WORST = 5
/** A file name is not shortened below this, however narrow the terminal. */
const LEAST_NAME = 12

/** A table for people, grouped by folder. */
export function stylish(report: Report, { color = false, columns, quiet = false }: FormatOptions = {}): string {
  const colors = pico.createColors(color)
  const shown = quiet ? report.images.filter(isProblem) : report.images
  const sections = [
    ...table(shown.map(toRow), columns, colors),
    ...(quiet ? [] : worst(report, columns, colors)),
    totals(report, colors),
  ]
  return `${sections.join('\n\n')}\n`
}

/** An image that its owner should look at. */
function isProblem({ status, label }: ReportImage): boolean {
  if (status === 'pass') return label === 'bad' || label === 'poor'
  return status === 'warn' || status === 'error' || status === 'undecodable'
}

interface Row {
  image: ReportImage
  folder: string
  name: string
  score: string
  label: string
  dimensions: string
  size: string
  reason: string
}

function toRow(image: ReportImage): Row {
  const { path, status, score, label, width, height, bytes, reason } = image
  return {
    image,
    folder: printable(folderOf(path)),
    name: printable(path.slice(path.lastIndexOf('/') + 1)),
    score: score === undefined ? '-' : score.toFixed(1),
    label: label ?? (status === 'skip' ? 'skipped' : status),
    dimensions: width === undefined || height === undefined ? '' : `${width}×${height}`,
    size: bytes === undefined ? '' : humanBytes(bytes),
    reason: printable(reason ?? ''),
  }
}

function table(rows: Row[], columns: number | undefined, colors: Colors): string[] {
  if (rows.length === 0) return []
  const longest = (pick: (row: Row) => string) => rows.reduce((most, row) => Math.max(most, textWidth(pick(row))), 0)
  const label = longest((row) => row.label)
  const dimensions = longest((row) => row.dimensions)
  const size = longest((row) => row.size)
  const reason = longest((row) => row.reason)
  // mark, score and two spaces between columns
  const fixed = 3 + 5 + 2 + label + 2 + (2 + dimensions) + (2 + size) + (reason > 0 ? 2 + reason : 0)
  const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_NAME, columns - fixed)
  const name = Math.min(
    room,
    longest((row) => row.name),
  )

  const dim = (text: string) => (text.trim() ? colors.dim(text) : text)
  const line = (row: Row) => {
    const paint = painter(row.image, colors)
    const cells = [
      `${mark(row.image, colors)} ${paint(row.score.padStart(5))}`,
      paint(row.label.padEnd(label)),
      padEnd(fitText(row.name, name), name),
      dim(row.dimensions.padStart(dimensions)),
      dim(row.size.padStart(size)),
      ...(row.reason ? [(row.image.status === 'undecodable' ? paint : colors.dim)(row.reason)] : []),
    ]
    const { message, notes = [], status } = row.image
    const remarks = [...verdict(row.image), ...(message !== undefined && status !== 'skip' ? [message] : []), ...notes]
    return [` ${cells.join('  ')}`, ...remarks.map((text) => colors.dim(`           ${printable(text)}`))]
  }

  const folders = [...groupBy(rows, ({ folder }) => folder)].sort(([a], [b]) => (a < b ? -1 : 1))
  return folders.map(([folder, group]) =>
    [colors.underline(fitText(folder, columns ?? Number.POSITIVE_INFINITY)), ...group.flatMap(line)].join('\n'),
  )
}

/** What a rule has against an image, and what to do. */
function verdict(image: ReportImage): string[] {
  const [finding] = findingsOf({ images: [image] })
  if (!finding || finding.kind === 'undecodable') return []
  const { rule, advice } = image
  return [`${finding.problem}${rule ? ` Rule "${rule.files}".` : ''}${advice === undefined ? '' : ` ${advice}`}`]
}

function worst({ images }: Report, columns: number | undefined, colors: Colors): string[] {
  const scored = images.filter(({ score }) => score !== undefined)
  if (scored.length <= MANY) return []
  const lowest = scored.toSorted((a, b) => a.score! - b.score!).slice(0, WORST)
  const label = Math.max(...lowest.map((image) => image.label!.length))
  const lines = lowest.map((image) => {
    const paint = painter(image, colors)
    const room = columns === undefined ? Number.POSITIVE_INFINITY : Math.max(LEAST_NAME, columns - 12 - label)
    const path = fitText(printable(image.path), room)
    return ` ${mark(image, colors)} ${paint(image.score!.toFixed(1).padStart(5))}  ${paint(image.label!.padEnd(label))}  ${path}`
  })
  return [[colors.bold(`The ${WORST} worst`), ...lines].join('\n')]
}

function totals({ partial, summary, images, model, engine }: Report, colors: Colors): string {
  const paints = labelPaints(colors)
  const labels = Object.keys(paints).toReversed() as Label[]
  const byLabel = labels.flatMap((label) => {
    const count = images.filter((image) => image.label === label && image.status !== 'exempt').length
    return count === 0 ? [] : [paints[label](`${count} ${label}`)]
  })
  const exempt = images.filter(({ status }) => status === 'exempt').length
  const parts = [
    `${summary.scored} scored${byLabel.length > 0 ? ` (${byLabel.join(', ')})` : ''}`,
    ...(summary.skipped > 0 ? [`${summary.skipped} skipped`] : []),
    ...(summary.undecodable > 0 ? [colors.bold(colors.red(`${summary.undecodable} undecodable`))] : []),
    ...(exempt > 0 ? [`${exempt} exempt`] : []),
    ...(summary.cached > 0 ? [`${summary.cached} from the cache`] : []),
  ]
  return [
    ...(partial ? [colors.yellow('Partial: the run was stopped before it had seen every image.')] : []),
    `${colors.bold(plural(summary.images, 'image'))} in ${humanDuration(summary.durationMs)}: ${parts.join(', ')}`,
    colors.dim(`Scores of ${model.id} ${origin(engine)}, 0 to 100, higher is better.`),
  ].join('\n')
}

function origin({ name, device }: Report['engine']): string {
  return name === 'none' ? 'from the cache' : `on ${name} (${device})`
}

function mark(image: ReportImage, colors: Colors): string {
  if (image.status === 'error' || image.status === 'undecodable') return colors.red('✖')
  if (image.status === 'warn') return colors.yellow('!')
  if (image.status === 'pass' && image.label === 'bad') return colors.red('✖')
  if (image.status === 'pass' && image.label === 'poor') return colors.yellow('!')
  return ' '
}

function painter({ status, label }: ReportImage, colors: Colors): Paint {
  if (status === 'undecodable') return colors.red
  return label === undefined ? colors.dim : labelPaints(colors)[label]
}

/** Worst first. */
function labelPaints({ red, yellow, cyan, green, bold }: Colors): Record<Label, Paint> {
  return {
    bad: (text) => bold(red(text)),
    poor: yellow,
    fair: cyan,
    good: green,
    excellent: (text) => bold(green(text)),
  }
}

function padEnd(text: string, columns: number): string {
  return text + ' '.repeat(Math.max(0, columns - textWidth(text)))
}
