import { random } from '../random.js'
import { checkPairs, type Numbers } from './pairs.js'

/** A figure of merit of predictions against opinions. */
export type Measure = (predictions: Numbers, opinions: Numbers) => number

export interface IntervalOptions {
  /** Share of the resamples inside, in (0, 1). @default 0.95 */
  level?: number | undefined
  /** How many resamples. @default 1000 */
  resamples?: number | undefined
  /** The same seed gives the same interval on every machine. @default 1 */
  seed?: number | string | undefined
}

/** Ends of a confidence interval. */
export interface Interval {
  low: number
  high: number
}

/**
 * Bootstrap percentile interval (Efron 1979): images are drawn with replacement and measured again. It says how much
 * the figure depends on which images happened to be in the test; two models whose intervals overlap widely are not
 * told apart by it.
 *
 * @throws Error when the two are not equally many finite numbers, at least two, or an option is out of range
 */
export function bootstrapInterval(
  measure: Measure,
  predictions: Numbers,
  opinions: Numbers,
  { level = 0.95, resamples = 1000, seed = 1 }: IntervalOptions = {},
): Interval {
  checkPairs(predictions, opinions)
  if (!(level > 0 && level < 1)) throw new Error(`Expected more than 0 and less than 1 for level, received ${level}.`)
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new Error(`Expected a whole number above 0 for resamples, received ${resamples}.`)
  }
  const next = random(seed)
  const n = predictions.length
  const [drawnPredictions, drawnOpinions] = [new Float64Array(n), new Float64Array(n)]
  const values: number[] = []
  for (let k = 0; k < resamples; k++) {
    for (let i = 0; i < n; i++) {
      const drawn = Math.floor(next() * n)
      drawnPredictions[i] = predictions[drawn]!
      drawnOpinions[i] = opinions[drawn]!
    }
    const value = measure(drawnPredictions, drawnOpinions)
    // Drawing one image n times leaves no correlation to measure.
    if (Number.isFinite(value)) values.push(value)
  }
  values.sort((a, b) => a - b)
  return { low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) }
}

/** Between the two nearest of sorted numbers; NaN of none. */
function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
}
