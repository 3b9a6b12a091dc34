import { plural } from '../human-units.js'
import { printable } from '../printable-text.js'
import type { Report } from '../report.js'
import { type Finding, findingsOf } from './finding.js'
import type { FormatOptions } from './format.js'
import { pathInRepository } from './repository-path.js'

/** As many warnings, and as many errors, as GitHub shows of one step. */
const SHOWN = 10

/** The title of an annotation, by kind. */
const TITLES = {
  'low-score': 'Image quality below the limit',
  'quality-drop': 'Image quality lost since the source',
  undecodable: 'Image without pixels',
}

/**
 * Workflow commands that GitHub Actions shows as annotations, worst first. What is beyond the ten of a kind that GitHub
 * shows is named in the last.
 *
 * @see https://docs.github.com/actions/reference/workflows-and-actions/workflow-commands
 */
export function github(report: Report, { folder, onUndecodable }: FormatOptions = {}): string {
  const findings = findingsOf(report, onUndecodable)
  const ofSeverity = (severity: Finding['severity']) => findings.filter((finding) => finding.severity === severity)
  const lines = [
    ...annotations('error', ofSeverity('error'), folder),
    ...annotations('warning', ofSeverity('warn'), folder),
  ]
  return lines.map((line) => `${line}\n`).join('')
}

function annotations(command: string, findings: Finding[], folder: string | undefined): string[] {
  const single = findings.length > SHOWN ? findings.slice(0, SHOWN - 1) : findings
  const rest = findings.slice(single.length)
  return [...single.map((finding) => annotation(command, finding, folder)), ...summary(command, rest)]
}

function annotation(command: string, { image, kind, problem }: Finding, folder: string | undefined): string {
  const { path, output, rule, advice } = image
  const where = output === undefined || output === path ? path : `${path} → ${output}`
  const which = kind === 'undecodable' || rule === undefined ? [] : [`Rule "${rule.files}".`]
  const message = printable([`${where}: ${problem}`, ...which, ...(advice ? [advice] : [])].join(' '))
  const file = escapedProperty(pathInRepository(path, folder))
  return `::${command} file=${file},title=${escapedProperty(TITLES[kind])}::${escapedData(message)}`
}

function summary(command: string, rest: Finding[]): string[] {
  if (rest.length === 0) return []
  const names = rest.map(({ image }) => `${image.score ?? '-'} ${printable(image.path)}`)
  const message = [`${plural(rest.length, 'more image')}:`, ...names].join('\n')
  return [
    `::${command} title=${escapedProperty(`${plural(rest.length, 'more image')} to look at`)}::${escapedData(message)}`,
  ]
}

// As @actions/core has it: https://github.com/actions/toolkit/blob/main/packages/core/src/command.ts
function escapedData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A')
}

function escapedProperty(text: string): string {
  return escapedData(text).replaceAll(':', '%3A').replaceAll(',', '%2C')
}
