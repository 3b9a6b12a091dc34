import { bootstrapDifference, bootstrapInterval, type Interval, type IntervalOptions } from './intervals.js'
import { krcc } from './krcc.js'
import { fitLogistic } from './logistic.js'
import { checkPairs, type Numbers } from './pairs.js'
import { plcc, plccAfterLogistic } from './plcc.js'
import { rmse } from './rmse.js'
import { srcc } from './srcc.js'

/** What is known about how well predictions follow opinions. NaN where a figure is not defined. */
export interface Figures {
  /** How many images. */
  images: number
  /** Spearman's, -1 to 1. */
  srcc: number
  /** Pearson's after the logistic, which is the one that papers report. */
  plcc: number
  /** Pearson's of the predictions as they are. */
  plccRaw: number
  /** Kendall's tau-b, -1 to 1. */
  krcc: number
  /** After the logistic, in the unit of the opinions. */
  rmse: number
}

/** Figures of some of the images, with a logistic of their own. */
export type GroupFigures = { name: string } & Figures & { intervals: { srcc: Interval } }

export interface Evaluation {
  overall: Figures & { intervals: { srcc: Interval; plcc: Interval; krcc: Interval } }
  /** By kind of distortion, in alphabetical order; empty where none was given. */
  distortions: GroupFigures[]
  /** By part of the data set, in alphabetical order; empty where none was given. */
  parts: GroupFigures[]
}

export interface EvaluateOptions extends IntervalOptions {
  /** Kind of distortion of each image. */
  distortion?: readonly string[] | undefined
  /** Part of the data set that each image belongs to. */
  part?: readonly string[] | undefined
}

/**
 * All figures, with 95 % bootstrap intervals.
 *
 * @throws Error when predictions, opinions, distortions and parts are not equally many, or not finite numbers
 */
export function evaluate(predictions: Numbers, opinions: Numbers, options: EvaluateOptions = {}): Evaluation {
  checkPairs(predictions, opinions)
  const { distortion = [], part = [], ...interval } = options
  const mapped = afterLogistic(predictions, opinions)
  const intervals = {
    srcc: bootstrapInterval(srcc, predictions, opinions, interval),
    plcc: bootstrapInterval(plcc, mapped, opinions, interval),
    krcc: bootstrapInterval(krcc, predictions, opinions, interval),
  }
  const by = (what: string, names: readonly string[]): GroupFigures[] =>
    groupsOf(what, names, predictions.length).map(({ name, images }) => {
      const pick = (numbers: Numbers) => images.map((i) => numbers[i]!)
      return { name, ...groupFigures(pick(predictions), pick(opinions), interval) }
    })
  return {
    overall: { ...figures(predictions, opinions), intervals },
    distortions: by('distortion', distortion),
    parts: by('part', part),
  }
}

/** How much better one is than another, and the 95 % interval of that over paired draws. */
export type Difference = { value: number } & Interval

/** What the figures of `first` are above those of `second`, on the same images. */
export interface Differences {
  srcc: Difference
  plcc: Difference
  krcc: Difference
}

/** @throws Error when the three are not equally many finite numbers, at least two */
export function compare(
  first: Numbers,
  second: Numbers,
  opinions: Numbers,
  options: IntervalOptions = {},
): Differences {
  const of = (measure: typeof srcc, a: Numbers, b: Numbers): Difference => ({
    value: measure(a, opinions) - measure(b, opinions),
    ...bootstrapDifference(measure, a, b, opinions, options),
  })
  return {
    srcc: of(srcc, first, second),
    plcc: of(plcc, afterLogistic(first, opinions), afterLogistic(second, opinions)),
    krcc: of(krcc, first, second),
  }
}

/** One logistic for all draws: five parameters hardly differ between them, and fitting takes most of the time. */
function afterLogistic(predictions: Numbers, opinions: Numbers): Float64Array {
  return Float64Array.from(predictions, fitLogistic(predictions, opinions).map)
}

function groupsOf(what: string, names: readonly string[], count: number): { name: string; images: number[] }[] {
  if (names.length > 0 && names.length !== count) {
    throw new Error(`Expected a ${what} for each of the ${count} predictions, received ${names.length}.`)
  }
  const groups = new Map<string, number[]>()
  for (const [i, name] of names.entries()) groups.set(name, [...(groups.get(name) ?? []), i])
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, images]) => ({ name, images }))
}

function groupFigures(predictions: number[], opinions: number[], options: IntervalOptions): Omit<GroupFigures, 'name'> {
  const unknown = Number.NaN
  const images = predictions.length
  if (images < 2) {
    const intervals = { srcc: { low: unknown, high: unknown } }
    return { images, srcc: unknown, plcc: unknown, plccRaw: unknown, krcc: unknown, rmse: unknown, intervals }
  }
  const intervals = { srcc: bootstrapInterval(srcc, predictions, opinions, options) }
  return { ...figures(predictions, opinions), intervals }
}

function figures(predictions: Numbers, opinions: Numbers): Figures {
  return {
    images: predictions.length,
    srcc: srcc(predictions, opinions),
    plcc: plccAfterLogistic(predictions, opinions),
    plccRaw: plcc(predictions, opinions),
    krcc: krcc(predictions, opinions),
    rmse: rmse(predictions, opinions),
  }
}
