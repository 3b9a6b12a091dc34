import type { Severity } from '../config/options.js'
import type { Report, ReportImage } from '../report.js'

/** What is wrong with an image, as programs sort it. */
export type FindingKind = 'low-score' | 'quality-drop' | 'undecodable'

/** An image that the gate complains of. */
export interface Finding {
  image: ReportImage
  kind: FindingKind
  severity: 'error' | 'warn'
  /** The limit that was missed; of a quality drop: the points that may be lost. */
  limit?: number
  /** Points lost since the source, where source and output were compared. */
  lost?: number
  /** What is wrong, one sentence. */
  problem: string
}

/**
 * All that the gate complains of: errors first, then the worst.
 *
 * @param onUndecodable what an image without pixels comes to, which a report does not tell
 */
export function findingsOf({ images }: Pick<Report, 'images'>, onUndecodable: Severity = 'error'): Finding[] {
  return images.flatMap((image) => findingOf(image, onUndecodable)).sort(worstFirst)
}

function findingOf(image: ReportImage, onUndecodable: Severity): Finding[] {
  if (image.status === 'undecodable') {
    const severity = image.reason === 'engine-failure' ? 'error' : onUndecodable
    if (severity === 'off') return []
    return [{ image, kind: 'undecodable', severity, problem: sentence(image.message ?? 'It has no pixels') }]
  }
  if (image.status !== 'error' && image.status !== 'warn') return []
  const { status: severity, score, label, rule, source } = image
  const lost = source && Math.round((source.score - score!) * 10) / 10
  const low = missed(rule, (limit) => score! < limit)
  const drop = lost === undefined ? undefined : missed(rule?.maxDrop, (limit) => lost > limit)
  const limit = low ?? drop
  const problems = [
    `Score ${score} (${label})`,
    ...(low === undefined ? [] : [`below the limit of ${low}`]),
    ...(drop === undefined ? [] : [`${lost} less than its source, more than the maxDrop of ${drop}`]),
  ]
  return [
    {
      image,
      kind: low === undefined && drop !== undefined ? 'quality-drop' : 'low-score',
      severity,
      ...(limit === undefined ? {} : { limit }),
      ...(lost === undefined ? {} : { lost }),
      problem: `${problems.join(', ')}.`,
    },
  ]
}

/** The worse of the limits that were missed. */
function missed(
  limits: { warn?: number; error?: number } | undefined,
  isMissed: (limit: number) => boolean,
): number | undefined {
  return [limits?.error, limits?.warn].find((limit) => limit !== undefined && isMissed(limit))
}

/** What has no score at all comes first. */
function worstFirst(a: Finding, b: Finding): number {
  if (a.severity !== b.severity) return a.severity === 'error' ? -1 : 1
  return (a.image.score ?? -1) - (b.image.score ?? -1)
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`
}
