import { bootstrapInterval, type Interval, type IntervalOptions } from './intervals.js'
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

export interface Evaluation {
  overall: Figures & { intervals: { srcc: Interval; plcc: Interval } }
  /** By kind of distortion, in alphabetical order, each with a logistic of its own; empty where none was given. */
  distortions: ({ name: string } & Figures)[]
}

export interface EvaluateOptions extends IntervalOptions {
  /** Kind of distortion of each image. */
  distortion?: readonly string[] | undefined
}

/**
 * All figures, with 95 % bootstrap intervals of SRCC and PLCC.
 *
 * @throws Error when predictions, opinions and distortions are not equally many, or not finite numbers
 */
export function evaluate(predictions: Numbers, opinions: Numbers, options: EvaluateOptions = {}): Evaluation {
  checkPairs(predictions, opinions)
  const { distortion, ...interval } = options
  if (distortion && distortion.length !== predictions.length) {
    throw new Error(
      `Expected a distortion for each of the ${predictions.length} predictions, received ${distortion.length}.`,
    )
  }
  const groups = new Map<string, number[]>()
  for (const [i, name] of (distortion ?? []).entries()) groups.set(name, [...(groups.get(name) ?? []), i])
  // One logistic for all draws: five parameters hardly differ between them, and fitting takes most of the time.
  const mapped = Float64Array.from(predictions, fitLogistic(predictions, opinions).map)
  const intervals = {
    srcc: bootstrapInterval(srcc, predictions, opinions, interval),
    plcc: bootstrapInterval(plcc, mapped, opinions, interval),
  }
  return {
    overall: { ...figures(predictions, opinions), intervals },
    distortions: [...groups]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([name, images]) => {
        const pick = (numbers: Numbers) => images.map((i) => numbers[i]!)
        return { name, ...figures(pick(predictions), pick(opinions)) }
      }),
  }
}

function figures(predictions: Numbers, opinions: Numbers): Figures {
  const images = predictions.length
  if (images < 2) {
    return { images, srcc: Number.NaN, plcc: Number.NaN, plccRaw: Number.NaN, krcc: Number.NaN, rmse: Number.NaN }
  }
  return {
    images,
    srcc: srcc(predictions, opinions),
    plcc: plccAfterLogistic(predictions, opinions),
    plccRaw: plcc(predictions, opinions),
    krcc: krcc(predictions, opinions),
    rmse: rmse(predictions, opinions),
  }
}
