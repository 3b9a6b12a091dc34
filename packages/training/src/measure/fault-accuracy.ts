import { bootstrapGroups, type Interval, type IntervalOptions } from './intervals.js'
import { mean, type Numbers } from './pairs.js'

/** How often the fault that is named is the one that was done to a picture. */
export interface FaultAccuracy {
  /** Pictures judged bad enough to have a fault. */
  images: number
  /** Share of them whose fault is named right; NaN of none. */
  top1: number
  interval: Interval
  /** By the fault that they have, in alphabetical order, and what it was most often taken for instead. */
  faults: { name: string; images: number; top1: number; confusedWith?: string }[]
}

export interface FaultAccuracyOptions extends IntervalOptions {
  /** Pictures with a judgement below this count: above it nothing is wrong enough to name. @default 60 */
  below?: number | undefined
}

/**
 * Top-1 accuracy of named faults.
 *
 * @param said the fault that the model names, for each picture
 * @param meant the fault that was made
 * @param judged SSIMULACRA2 of each picture, 0 to 100
 * @throws Error when they are not equally many
 */
export function faultAccuracy(
  said: readonly string[],
  meant: readonly string[],
  judged: Numbers,
  { below = 60, ...options }: FaultAccuracyOptions = {},
): FaultAccuracy {
  if (said.length !== meant.length || said.length !== judged.length) {
    throw new Error(
      `Expected as many faults said as meant and judged, received ${said.length}, ${meant.length} and ${judged.length}.`,
    )
  }
  const pictures = meant.flatMap((fault, i) => (judged[i]! < below ? [{ fault, said: said[i]! }] : []))
  const share = (some: typeof pictures) => mean(some.map((picture) => Number(picture.said === picture.fault)))
  const names = [...new Set(pictures.map(({ fault }) => fault))].sort()
  return {
    images: pictures.length,
    top1: share(pictures),
    interval: pictures.length > 0 ? bootstrapGroups(pictures, share, options) : { low: Number.NaN, high: Number.NaN },
    faults: names.map((name) => {
      const own = pictures.filter(({ fault }) => fault === name)
      const wrong = own.map((picture) => picture.said).filter((fault) => fault !== name)
      const confusedWith = mostFrequent(wrong)
      return { name, images: own.length, top1: share(own), ...(confusedWith !== undefined && { confusedWith }) }
    }),
  }
}

function mostFrequent(names: readonly string[]): string | undefined {
  const counts = new Map<string, number>()
  for (const name of names) counts.set(name, (counts.get(name) ?? 0) + 1)
  return [...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1))[0]?.[0]
}
