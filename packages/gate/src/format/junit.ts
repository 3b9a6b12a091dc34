import { printable } from '../printable-text.js'
import type { Report, ReportImage } from '../report.js'
import { type Finding, findingsOf } from './finding.js'
import type { FormatOptions } from './format.js'
import { folderOf, groupBy } from './group-by.js'

/**
 * JUnit's XML as Jenkins, GitLab and others read it: a suite for each folder, a case for each image. An image that is
 * warned of passes, and says so.
 *
 * @see https://github.com/jenkinsci/xunit-plugin, junit-10.xsd
 */
export function junit(report: Report, { onUndecodable }: FormatOptions = {}): string {
  const findings = new Map(findingsOf(report, onUndecodable).map((finding) => [finding.image, finding]))
  const folders = groupBy(report.images, ({ path }) => folderOf(path))
  const suites = [...folders].map(([folder, images]) => suite(folder, images, findings))
  const attributes = {
    name: 'diqa',
    ...counts(report.images, findings),
    time: (report.summary.durationMs / 1000).toFixed(3),
  }
  return ['<?xml version="1.0" encoding="UTF-8"?>', ...element('testsuites', attributes, suites.flat()), ''].join('\n')
}

function suite(folder: string, images: ReportImage[], findings: Map<ReportImage, Finding>): string[] {
  const cases = images.flatMap((image) => testCase(folder, image, findings.get(image)))
  const skipped = images.filter((image) => isSkipped(image, findings.get(image))).length
  return element('testsuite', { name: folder, ...counts(images, findings), skipped }, cases)
}

function testCase(folder: string, image: ReportImage, finding: Finding | undefined): string[] {
  const { path, output } = image
  const name = output === undefined || output === path ? path : `${path} → ${output}`
  return element('testcase', { name, classname: folder }, outcome(image, finding))
}

function outcome(image: ReportImage, finding: Finding | undefined): string[] {
  const { status, score, label, fault, reason, message, advice, rule } = image
  if (isSkipped(image, finding)) return element('skipped', { message: message ?? reason ?? status })
  const said = score === undefined ? [] : element('system-out', {}, [`Score ${score} (${label}).`].map(escaped))
  if (!finding) return said
  const details = [
    finding.problem,
    ...(rule && score !== undefined ? [`Rule: ${rule.files}`] : []),
    ...(fault ? [`Most wrong: ${fault}`] : []),
    ...(advice ? [advice] : []),
  ].map(escaped)
  if (finding.severity === 'warn') return element('system-out', {}, ['Warning:', ...details])
  const tag = finding.kind === 'undecodable' ? 'error' : 'failure'
  const type = finding.kind === 'undecodable' ? (reason ?? finding.kind) : finding.kind
  return [...element(tag, { type, message: finding.problem }, details), ...said]
}

/** What was not judged, and that is nobody's fault. */
function isSkipped({ status }: ReportImage, finding: Finding | undefined): boolean {
  return status === 'skip' || status === 'exempt' || (status === 'undecodable' && finding === undefined)
}

function counts(
  images: ReportImage[],
  findings: Map<ReportImage, Finding>,
): Record<'tests' | 'failures' | 'errors', number> {
  const failed = images.filter((image) => findings.get(image)?.severity === 'error')
  const errors = failed.filter(({ status }) => status === 'undecodable').length
  return { tests: images.length, failures: failed.length - errors, errors }
}

/** An element's lines; its content is indented where it is elements. */
function element(name: string, attributes: Record<string, string | number>, content: string[] = []): string[] {
  const written = Object.entries(attributes).map(([key, value]) => ` ${key}="${escaped(String(value))}"`)
  const tag = `${name}${written.join('')}`
  if (content.length === 0) return [`<${tag}/>`]
  if (content[0]!.startsWith('<')) return [`<${tag}>`, ...content.map((line) => `  ${line}`), `</${name}>`]
  return [`<${tag}>${content.join('\n')}</${name}>`]
}

const ENTITIES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

/** Nothing that XML 1.0 forbids, not even as an entity: control characters, lone surrogates, U+FFFE and U+FFFF. */
function escaped(text: string): string {
  return printable(text)
    .replace(/[\ufffe\uffff]/g, '\ufffd')
    .replace(/[&<>"]/g, (character) => ENTITIES[character]!)
}
