import { humanDuration, plural } from '../human-units.js'
import { printable } from '../printable-text.js'
import type { Report } from '../report.js'
import { type Finding, findingsOf } from './finding.js'
import type { FormatOptions } from './format.js'

/** The longest comment that GitHub takes: https://github.com/orgs/community/discussions/41331 */
const LONGEST = 65_536
/** Rows that are shown at once; the others are folded. */
const OPEN_ROWS = 10

/** By which whoever posts the report finds the comment of the last run. */
const MARKER = '<!-- diqa -->'

const HEAD = ['| | Image | Score | Limit | What to do |', '| --- | --- | ---: | ---: | --- |']
const MARKS = { error: '❌ error', warn: '⚠️ warning' }

/** A comment for a pull request: one sentence, then what is bad, the worst first; within GitHub's limit of length. */
export function markdown(report: Report, { onUndecodable }: FormatOptions = {}): string {
  const findings = findingsOf(report, onUndecodable)
  const top = [MARKER, `### ${headline(report, findings)}`, '', counts(report)]
  const bottom = ['', `<sub>${text(origin(report))}</sub>`, '']
  const rows = findings.map(row)
  // What surrounds folded rows, and the sentence about those left out, is in this reserve.
  const room = LONGEST - [...top, ...HEAD, ...HEAD, ...bottom].join('\n').length - 512
  const fitting = rows.slice(0, fittingRows(rows, room))
  return [...top, ...table(fitting), ...leftOut(rows.length - fitting.length), ...bottom].join('\n')
}

function headline({ partial, summary }: Report, findings: Finding[]): string {
  const so = partial ? ' so far (the run was stopped)' : ''
  if (summary.images === 0) return `No images${so}`
  if (findings.length === 0)
    return `${summary.images === 1 ? '1 image is' : `All ${summary.images} images are`} good enough${so}`
  return `${findings.length} of ${plural(summary.images, 'image')} ${findings.length === 1 ? 'needs' : 'need'} a look${so}`
}

function counts({ summary, images }: Report): string {
  const { passed, errors, warnings, undecodable, skipped, inlined = 0 } = summary
  const exempt = images.filter(({ status }) => status === 'exempt').length
  const parts = [
    `${passed} passed`,
    ...(errors > 0 ? [plural(errors, 'error')] : []),
    ...(warnings > 0 ? [plural(warnings, 'warning')] : []),
    ...(undecodable > 0 ? [`${undecodable} undecodable`] : []),
    ...(skipped > 0 ? [`${skipped} skipped`] : []),
    ...(exempt > 0 ? [`${exempt} exempt`] : []),
    ...(inlined > 0 ? [`${inlined} inlined and not scored`] : []),
  ]
  return `${parts.join(', ')}.`
}

function origin({ tool, model, summary }: Report): string {
  const took = humanDuration(summary.durationMs)
  return `${tool.name} ${tool.version}, scores of ${model.id} from 0 to 100, higher is better, in ${took}`
}

function row({ image, severity, limit, kind, problem, lost }: Finding): string {
  const { path, output, score, label, fault, advice } = image
  const name = [path, ...(output === undefined || output === path ? [] : [output])].map(code).join(' → ')
  const limits = limit === undefined ? '' : kind === 'quality-drop' ? `−${limit} at most` : String(limit)
  const scored = score === undefined ? '–' : `${score} (${label})${lost !== undefined && lost > 0 ? `, −${lost}` : ''}`
  const what = [...(fault ? [`Most wrong: ${fault}.`] : []), advice ?? (score === undefined ? problem : '')].join(' ')
  return `| ${MARKS[severity]} | ${name} | ${scored} | ${limits} | ${text(what.trim())} |`
}

function fittingRows(rows: string[], room: number): number {
  let used = 0
  const end = rows.findIndex((line) => {
    used += line.length + 1
    return used > room
  })
  return end === -1 ? rows.length : end
}

function table(rows: string[]): string[] {
  if (rows.length === 0) return []
  const open = rows.slice(0, OPEN_ROWS)
  const folded = rows.slice(OPEN_ROWS)
  const more = [`<details><summary>${folded.length} more</summary>`, '', ...HEAD, ...folded, '', '</details>']
  return ['', ...HEAD, ...open, ...(folded.length > 0 ? ['', ...more] : [])]
}

function leftOut(count: number): string[] {
  return count === 0 ? [] : ['', `${plural(count, 'more image')} did not fit into this comment.`]
}

/** A code span: nothing in it is Markdown, a mention or a link. */
function code(name: string): string {
  const content = printable(name)
  // Whether a bar in a table's code is escaped by the backslash before it, parsers disagree.
  if (content.includes('|')) return `<code>${content.replace(/[^\p{L}\p{N}]/gu, entity)}</code>`
  const runs = content.match(/`+/g) ?? []
  const fence = '`'.repeat(Math.max(0, ...runs.map(({ length }) => length)) + 1)
  const pad = /^[` ]|[` ]$/.test(content) ? ' ' : ''
  return `${fence}${pad}${content}${pad}${fence}`
}

function entity(character: string): string {
  return `&#${character.codePointAt(0)};`
}

/** Text that stands for itself: no link, and a mention of nobody. */
function text(words: string): string {
  return printable(words)
    .replace(/[\\`*_{}[\]()<>#+!|~&]|:(?=\/\/)|(?<=www)\./gi, '\\$&')
    .replaceAll('@', '@\u200b')
}
