import { createHash } from 'node:crypto'
import type { Report } from '../report.js'
import { type Finding, type FindingKind, findingsOf } from './finding.js'
import type { FormatOptions } from './format.js'
import { pathInRepository } from './repository-path.js'

/** As many results as GitHub takes of one run. */
const MOST_RESULTS = 25_000

/** What paths are relative to: the top of the repository. */
const BASE = '%SRCROOT%'

interface Rule {
  name: string
  short: string
  full: string
  help: string
}

const RULES: Record<FindingKind, Rule> = {
  'low-score': {
    name: 'LowScore',
    short: 'Image quality is below the limit',
    full: 'The image looks worse than the rule for its path allows.',
    help: 'Export the image again from the original at a higher quality, or change the limit under "rules" in the options of diqa.',
  },
  'quality-drop': {
    name: 'QualityDrop',
    short: 'Image quality was lost between source and output',
    full: 'The build took more points from the image than the "maxDrop" of the rule for its path allows.',
    help: 'Raise the quality setting of the optimiser, or change "maxDrop" under "rules" in the options of diqa.',
  },
  undecodable: {
    name: 'Undecodable',
    short: 'The image gives no pixels',
    full: 'The file is cut off, a Git LFS pointer, of a codec that browsers may not know, or no image at all.',
    help: 'Replace the file by the original. A Git LFS pointer becomes an image with "git lfs pull".',
  },
}

const KINDS = Object.keys(RULES) as FindingKind[]
const LEVELS = { error: 'error', warn: 'warning' }

/**
 * SARIF 2.1.0, as GitHub's code scanning takes it: errors first, then the worst.
 *
 * @see https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
 * @see https://docs.github.com/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
 */
export function sarif(report: Report, { folder, onUndecodable }: FormatOptions = {}): string {
  const findings = findingsOf(report, onUndecodable)
  const { tool, model, engine, summary } = report
  const run = {
    tool: { driver: { name: tool.name, semanticVersion: tool.version, rules: KINDS.map(ruleOf) } },
    automationDetails: { id: 'diqa/' },
    originalUriBaseIds: { [BASE]: { description: { text: 'The top of the repository.' } } },
    columnKind: 'utf16CodeUnits',
    invocations: [{ executionSuccessful: !report.partial, ...leftOut(findings.length) }],
    results: findings.slice(0, MOST_RESULTS).map((finding) => resultOf(finding, folder)),
    properties: { model, engine, summary },
  }
  const log = { $schema: 'https://json.schemastore.org/sarif-2.1.0.json', version: '2.1.0', runs: [run] }
  return `${JSON.stringify(log, null, 2)}\n`
}

function ruleOf(kind: FindingKind) {
  const { name, short, full, help } = RULES[kind]
  return {
    id: kind,
    name,
    shortDescription: { text: short },
    fullDescription: { text: full },
    help: { text: help },
    defaultConfiguration: { level: 'error' },
    properties: { tags: ['image-quality'], precision: 'medium', 'problem.severity': 'error' },
  }
}

function resultOf({ image, kind, severity, limit, lost, problem }: Finding, folder: string | undefined) {
  const { path, output, score, label, fault, rule, source, format, width, height, sha256, advice, reason } = image
  const uri = uriOf(pathInRepository(path, folder))
  return {
    ruleId: kind,
    ruleIndex: KINDS.indexOf(kind),
    level: LEVELS[severity],
    message: { text: [problem, ...(advice ? [advice] : [])].join(' ') },
    locations: [
      {
        physicalLocation: {
          artifactLocation: { uri, uriBaseId: BASE },
          // GitHub asks for a line, though a picture has none.
          region: { startLine: 1 },
        },
      },
    ],
    partialFingerprints: { primaryLocationLineHash: `${fingerprint(kind, path, output)}:1` },
    ...(score === undefined ? {} : { rank: Math.round((100 - score) * 10) / 10 }),
    properties: {
      score,
      label,
      limit,
      lost,
      fault,
      rule: rule?.files,
      source: source?.score,
      output,
      format,
      width,
      height,
      sha256,
      reason,
    },
  }
}

/** The same finding, whatever its score comes to next time: so that an alert stays one alert. */
function fingerprint(kind: FindingKind, path: string, output: string | undefined): string {
  // A bundler puts a digest of the content into the name.
  const name = output?.replace(/[-.](?:[\w-]{8}|[0-9a-f]{9,})(?=\.\w+$)/, '')
  return createHash('sha256')
    .update(JSON.stringify([kind, path, name]))
    .digest('hex')
    .slice(0, 16)
}

/** A relative reference of RFC 3986, which a lone surrogate cannot be in. */
function uriOf(path: string): string {
  return path
    .split('/')
    .map((segment) => encodeURIComponent(segment.replace(/\p{Cs}/gu, '\ufffd')))
    .join('/')
}

function leftOut(count: number) {
  if (count <= MOST_RESULTS) return {}
  const text = `${count - MOST_RESULTS} results were left out, the least bad: GitHub takes ${MOST_RESULTS} of one run.`
  return { toolExecutionNotifications: [{ level: 'warning', message: { text } }] }
}
