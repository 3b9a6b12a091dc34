import type { Scored, ScoreResult } from '@diqa/core'
import type { Exemption, Severity } from '../config/options.js'
import type { ReportImage } from '../report.js'
import { reportImage } from '../report-image.js'
import { advice } from './advice.js'
import { type Limit, type Ruling, reportRule } from './rules.js'
import type { Drop, Verdict } from './verdict.js'

/** An image and all that a verdict on it takes. */
export interface Case {
  path: string
  output?: string | undefined
  scope: string
  group: string
  ruling: Ruling
  exemption: Exemption | undefined
  /** Absent where it was not to be scored. */
  result?: ScoreResult | undefined
  /** The source's, where it was to be compared. */
  source?: ScoreResult | undefined
  cached: boolean
  /** What the report is to say of it, beside what the scorer notes. */
  note?: string | undefined
}

/** Judges one image. */
export function judge(one: Case, onUndecodable: Severity): Verdict {
  const { path, output, ruling, exemption, result } = one
  const named = { path, ...(output === undefined ? {} : { output }) }
  if (exemption) return unjudged(one, { ...named, status: 'exempt', reason: exemption.reason })
  if (result === undefined) {
    const message = `The rule for "${ruling.files}" says level "off".`
    return unjudged(one, { ...named, status: 'skip', reason: 'level-off', message })
  }
  const facts = reportImage(path, result)
  const notes = [...(facts.notes ?? []), ...(one.note === undefined ? [] : [one.note])]
  const image = { ...named, ...facts, ...(notes.length > 0 ? { notes } : {}), cached: one.cached }
  if (result.status === 'scored') return judgeScore(one, result, image)
  if (result.status === 'skipped') return unjudged(one, image)
  // That the engine failed says nothing of the image: no choice of the user's makes it fine.
  return unjudged(one, image, result.reason === 'engine-failure' ? 'error' : onUndecodable)
}

function unjudged({ scope, group }: Case, image: ReportImage, severity: Severity = 'off'): Verdict {
  const { path, output, status } = image
  return { path, ...(output === undefined ? {} : { output }), status, severity, scope, others: [], group, image }
}

function judgeScore(one: Case, result: Scored, image: ReportImage): Verdict {
  const { ruling, path, output, scope, group } = one
  const { score, label, fault, format } = result
  const below = worst(ruling.error, ruling.warn, (limit) => score < limit)
  const drop = compare(result, one.source, ruling)
  const found = [below.severity, drop?.severity]
  const severity = found.includes('error') && ruling.level !== 'warn' ? 'error' : found.some(isBad) ? 'warn' : 'off'
  const status = severity === 'off' ? 'pass' : severity
  const files = below.limit?.files ?? drop?.drop.files ?? ruling.files
  const say = severity === 'off' ? undefined : advice({ score, label, fault, format }, drop?.drop)
  return {
    path,
    ...(output === undefined ? {} : { output }),
    status,
    severity,
    scope,
    score,
    label,
    ...(below.limit ? { limit: below.limit.value } : {}),
    files,
    ...(drop ? { drop: drop.drop } : {}),
    ...(say === undefined ? {} : { advice: say }),
    others: [],
    group,
    image: {
      ...image,
      status,
      rule: reportRule(ruling, files),
      ...(drop ? { source: { score: drop.drop.from, label: drop.drop.label, sha256: drop.drop.sha256 } } : {}),
      ...(say === undefined ? {} : { advice: say }),
    },
  }
}

function isBad(severity: Severity | undefined): boolean {
  return severity === 'warn' || severity === 'error'
}

function worst(error: Limit | undefined, warn: Limit | undefined, exceeds: (limit: number) => boolean): Exceeded {
  if (error && exceeds(error.value)) return { severity: 'error', limit: error }
  if (warn && exceeds(warn.value)) return { severity: 'warn', limit: warn }
  return { severity: 'off' }
}

interface Exceeded {
  severity: Severity
  limit?: Limit
}

function compare(
  output: Scored,
  source: ScoreResult | undefined,
  { maxDrop }: Ruling,
): { severity: Severity; drop: Drop } | undefined {
  // A source that cannot be judged (a vector, an icon, a camera's raw file) says nothing of its output.
  if (source?.status !== 'scored' || !maxDrop) return undefined
  const by = Math.round((source.score - output.score) * 10) / 10
  const { severity, limit } = worst(maxDrop.error, maxDrop.warn, (most) => by > most)
  const { score: from, label, sha256 } = source
  return { severity, drop: { from, label, sha256, by, ...(limit ? { limit: limit.value, files: limit.files } : {}) } }
}
