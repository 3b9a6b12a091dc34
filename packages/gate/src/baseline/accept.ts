import { groupBy } from '../format/group-by.js'
import type { Verdict } from '../verdict/verdict.js'
import type { Baseline, BaselineEntry } from './baseline-file.js'

/** How a baseline is held against a run. */
export interface AcceptOptions {
  /** Points that an image with other bytes may be worse than it was. */
  tolerance: number
  /** Of the network that gave the run's scores. */
  weights: string
  /** How the baseline is named to people. */
  name: string
}

/** What a baseline made of a run. */
export interface Acceptance {
  /** The run's; those that it accepts have the status `exempt`. */
  verdicts: Verdict[]
  /** How many it accepts. */
  accepted: number
  /** The entries that accept nothing of the run: gone, not in this run, or good by now. */
  stale: BaselineEntry[]
}

/** Accepts the images that are no worse than they were. Each is looked at by itself, so shards agree with a whole run. */
export function accept(verdicts: readonly Verdict[], baseline: Baseline, options: AcceptOptions): Acceptance {
  const byPath = groupBy(baseline.images, ({ path }) => path)
  const bySha256 = groupBy(baseline.images, ({ sha256 }) => sha256)
  const sameWeights = baseline.weights === options.weights
  const used = new Set<BaselineEntry>()

  const judged = verdicts.map((verdict) => {
    const { path, image } = verdict
    // Without bytes nothing is known of the image, and what the engine could not do says nothing of it.
    if (verdict.severity === 'off' || !image.sha256 || image.reason === 'engine-failure') return verdict
    const namesakes = byPath.get(path) ?? []
    const isSame = ({ sha256 }: BaselineEntry) => sha256 === image.sha256
    // A renamed image is found by its bytes.
    const candidates = [...namesakes.filter(isSame), ...namesakes, ...(bySha256.get(image.sha256) ?? [])]
    const entry = candidates.find((candidate) => isNoWorse(verdict, candidate, options.tolerance, sameWeights))
    if (entry) used.add(entry)
    return entry ? exempt(verdict, entry, options.name) : verdict
  })
  const accepted = judged.filter((verdict, i) => verdict !== verdicts[i]).length
  return { verdicts: judged, accepted, stale: baseline.images.filter((entry) => !used.has(entry)) }
}

function isNoWorse(
  { score, limit, drop, image }: Verdict,
  was: BaselineEntry,
  tolerance: number,
  sameWeights: boolean,
) {
  if (image.sha256 === was.sha256) return true
  if (score === undefined) return image.reason === was.reason
  // Scores of other weights are not comparable; bytes are.
  if (!sameWeights) return false
  // Scores have one decimal, which binary differences miss by a little.
  const isWithin = (worse: number) => Math.round(worse * 10) / 10 <= tolerance
  const scoreHolds = limit === undefined || (was.score !== undefined && isWithin(was.score - score))
  const dropHolds = drop?.limit === undefined || (was.drop !== undefined && isWithin(drop.by - was.drop))
  return scoreHolds && dropHolds
}

function exempt(verdict: Verdict, { score, reason }: BaselineEntry, name: string): Verdict {
  const { advice: _, ...rest } = verdict.image
  const as = score === undefined ? reason : `a score of ${score}`
  const message = `Accepted in ${name} with ${as}.`
  return {
    ...verdict,
    status: 'exempt',
    severity: 'off',
    image: { ...rest, status: 'exempt', reason: 'baseline', message },
  }
}

/** The baseline that accepts all that these verdicts, made without one, object to. */
export function baselineOf(verdicts: readonly Verdict[], weights: string): Baseline {
  const entries = verdicts.flatMap(({ severity, image, path, score, drop }) => {
    const { sha256, reason } = image
    if (severity === 'off' || sha256 === undefined || reason === 'engine-failure') return []
    const entry: BaselineEntry = {
      path,
      sha256,
      ...(score === undefined ? { reason: reason! } : { score }),
      ...(drop?.limit === undefined ? {} : { drop: drop.by }),
    }
    return [[`${sha256} ${path}`, entry] as const]
  })
  return { weights, images: [...new Map(entries).values()] }
}
