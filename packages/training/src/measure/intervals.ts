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

/** Ends of a confidence interval; NaN where no resample had a figure. */
export interface Interval {
  low: number
  high: number
}

/**
 * Bootstrap percentile interval (Efron 1979): images are drawn with replacement and measured again. It says how much
 * the figure depends on which images happened to be in the test; two models whose intervals overlap widely are not
 * told apart by it, unless {@link bootstrapDifference} does.
 *
 * @throws Error when the two are not equally many finite numbers, at least two, or an option is out of range
 */
export function bootstrapInterval(
  measure: Measure,
  predictions: Numbers,
  opinions: Numbers,
  options: IntervalOptions = {},
): Interval {
  checkPairs(predictions, opinions)
  const measured = (drawn: Uint32Array) => measure(pick(predictions, drawn), pick(opinions, drawn))
  return bootstrap(predictions.length, measured, options)
}

/**
 * The interval of how much better `first` is than `second`. Both are measured on the same draws, so what makes a draw
 * hard for both falls out: an interval that leaves out 0 tells them apart.
 *
 * @throws Error as {@link bootstrapInterval}
 */
export function bootstrapDifference(
  measure: Measure,
  first: Numbers,
  second: Numbers,
  opinions: Numbers,
  options: IntervalOptions = {},
): Interval {
  checkPairs(first, opinions)
  checkPairs(second, opinions)
  const measured = (drawn: Uint32Array) => {
    const drawnOpinions = pick(opinions, drawn)
    return measure(pick(first, drawn), drawnOpinions) - measure(pick(second, drawn), drawnOpinions)
  }
  return bootstrap(opinions.length, measured, options)
}

/**
 * The interval of a figure of groups, drawn whole: the levels of one picture are no independent witnesses.
 *
 * @throws Error when there is no group, or an option is out of range
 */
export function bootstrapGroups<Group>(
  groups: readonly Group[],
  measure: (drawn: Group[]) => number,
  options: IntervalOptions = {},
): Interval {
  if (groups.length === 0) throw new Error('Expected at least one group to draw from, received none.')
  return bootstrap(groups.length, (drawn) => measure(Array.from(drawn, (i) => groups[i]!)), options)
}

function bootstrap(
  count: number,
  measure: (drawn: Uint32Array) => number,
  { level = 0.95, resamples = 1000, seed = 1 }: IntervalOptions,
): Interval {
  if (!(level > 0 && level < 1)) throw new Error(`Expected more than 0 and less than 1 for level, received ${level}.`)
  if (!(Number.isInteger(resamples) && resamples >= 1)) {
    throw new Error(`Expected a whole number above 0 for resamples, received ${resamples}.`)
  }
  const next = random(seed)
  const drawn = new Uint32Array(count)
  const values: number[] = []
  for (let k = 0; k < resamples; k++) {
    for (let i = 0; i < count; i++) drawn[i] = Math.floor(next() * count)
    const value = measure(drawn)
    // Drawing one image n times leaves no correlation to measure.
    if (Number.isFinite(value)) values.push(value)
  }
  values.sort((a, b) => a - b)
  return { low: quantile(values, (1 - level) / 2), high: quantile(values, (1 + level) / 2) }
}

function pick(numbers: Numbers, drawn: Uint32Array): Float64Array {
  return Float64Array.from(drawn, (i) => numbers[i]!)
}

/** Between the two nearest of sorted numbers; NaN of none. */
function quantile(sorted: readonly number[], share: number): number {
  if (sorted.length === 0) return Number.NaN
  const at = share * (sorted.length - 1)
  const low = sorted[Math.floor(at)]!
  return low + (sorted[Math.ceil(at)]! - low) * (at - Math.floor(at))
}
