import type { ResolvedOptions } from './config/resolve-options.js'
import type { GateResult } from './gate-result.js'
import { humanDuration, plural } from './human-units.js'
import { printable } from './printable-text.js'
import type { Verdict } from './verdict/verdict.js'

/** As many other names as a message lists. */
const NAMES = 5

/** A verdict in a few sentences on one line: source and output, score, label, limit, rule, what to do, and for whom else. */
export function formatVerdict(verdict: Verdict): string {
  const { advice, image, others } = verdict
  const why = verdict.score === undefined ? unscored(image) : `${scoreOf(verdict)}${shortfalls(verdict)}.`
  const also = others.length > 0 ? [`The same goes for ${listOf(others)}.`] : []
  return printable([`${nameOf(verdict)}: ${why}`, ...(advice ? [advice] : []), ...also].join(' '))
}

/** The build's images in one line of counts, where limits are set if any was missed, and which exemptions are idle. */
export function formatSummary({ report, counts, messages, unusedExemptions }: GateResult): string {
  const parts = [
    `${counts.passed} passed`,
    ...some(counts.warnings, plural(counts.warnings, 'warning')),
    ...some(counts.errors, plural(counts.errors, 'error')),
    ...some(counts.undecodable, `${counts.undecodable} undecodable`),
    ...some(counts.skipped, `${counts.skipped} skipped`),
    ...some(counts.exempt, `${counts.exempt} exempt`),
    ...some(counts.inlined, `${counts.inlined} inlined and not scored`),
    ...some(counts.cached, `${counts.cached} from the cache`),
  ]
  const line = `${plural(counts.images, 'image')} in ${humanDuration(report.summary.durationMs)}: ${parts.join(', ')}.`
  const missed = messages.some(({ verdict }) => verdict?.score !== undefined)
  const limits = missed ? ['Limits are set by "rules", exceptions by "exempt" in the options of diqa.'] : []
  const idle = unusedExemptions.flatMap(({ files }) => [files].flat().map((glob) => `"${glob}"`))
  const exemptions = idle.length > 0 ? [`No image is matched in "exempt" by ${listOf(idle)}.`] : []
  return printable([line, ...limits, ...exemptions].join(' '))
}

/** What to say where there are no images. */
export function noImagesMessage({ include }: Pick<ResolvedOptions, 'include'>): string {
  const globs = include.map((pattern) => (typeof pattern === 'string' ? `"${pattern}"` : String(pattern)))
  return printable(
    `Expected images that match ${globs.join(', ')} but found none: correct "include" in the options of diqa, or set "onNoImages" to "off".`,
  )
}

function nameOf({ path, output }: Verdict): string {
  return output === undefined || output === path ? path : `${path} → ${output}`
}

function scoreOf({ score, label }: Verdict): string {
  return `${score} (${label})`
}

function shortfalls({ limit, files, drop }: Verdict): string {
  const below = limit === undefined ? [] : [`below the limit of ${limit} (rule "${files}")`]
  const lost =
    drop?.limit === undefined
      ? []
      : [`${drop.by} less than its source, more than the maxDrop of ${drop.limit} (rule "${drop.files}")`]
  const both = [...below, ...lost]
  return both.length > 0 ? `, ${both.join(' and ')}` : ''
}

function unscored({ status, reason, message }: Verdict['image']): string {
  if (status === 'exempt') return `exempt (${reason}).`
  return message ?? `${reason}.`
}

function listOf(names: string[]): string {
  const shown = names.slice(0, NAMES)
  const more = names.length - shown.length
  if (more > 0) return `${shown.join(', ')} and ${more} more`
  return shown.length === 1 ? shown[0]! : `${shown.slice(0, -1).join(', ')} and ${shown.at(-1)}`
}

function some(count: number, text: string): string[] {
  return count > 0 ? [text] : []
}
