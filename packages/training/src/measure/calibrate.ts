import { checkPairs } from './pairs.js'

/** A rising line through knots, from raw predictions to scores. Both arrays are equally long and strictly rising. */
export interface Calibration {
  /** Raw predictions. */
  x: number[]
  /** Scores, 0 to 100. */
  y: number[]
}

export interface CalibrationOptions {
  /** At most this many knots. @default 16 */
  knots?: number | undefined
  /**
   * - `mean`: isotonic regression (pool adjacent violators; Ayer and others 1955): the score is the best guess of the
   *   opinion, with the least squared error. Right when single scores are compared with single opinions. As predictions
   *   are not perfect, the best guess stays near the mean: the scale narrows, and few images get `bad` or `excellent`.
   * - `quantile`: the n-th lowest prediction gets the n-th lowest opinion: the scores are distributed as the opinions,
   *   so that each label holds the share of images that the raters gave it. Right when scores are held against fixed
   *   limits, as a gate does. It uses only how both are distributed, so the squared error is larger.
   * @default 'mean'
   */
  method?: 'mean' | 'quantile' | undefined
}

interface Knot {
  x: number
  y: number
  weight: number
}

/**
 * A map from raw predictions to scores that keeps their order: a strictly rising line through at most `knots` points,
 * each the mean of an equal share of the images.
 *
 * @param predictions raw, higher is better
 * @param targets opinions on the scale of scores, 0 to 100
 * @throws Error when the two do not belong together, a target is outside 0 to 100, or they do not rise together
 */
export function fitCalibration(
  predictions: readonly number[],
  targets: readonly number[],
  { knots = 16, method = 'mean' }: CalibrationOptions = {},
): Calibration {
  checkPairs(predictions, targets)
  if (!(Number.isInteger(knots) && knots >= 2)) {
    throw new Error(`Expected a whole number of 2 or above for knots, received ${knots}.`)
  }
  const outside = targets.find((target) => target < 0 || target > 100)
  if (outside !== undefined) throw new Error(`Expected 0 to 100 for the targets of a calibration, received ${outside}.`)

  const order = [...predictions.keys()].sort((a, b) => predictions[a]! - predictions[b]!)
  const sorted = order.map((i) => predictions[i]!)
  const fitted =
    method === 'mean'
      ? isotonic(
          sorted,
          order.map((i) => targets[i]!),
        )
      : [...targets].sort((a, b) => a - b)
  const merged = mergeLevel(inShares(sorted, fitted, Math.min(knots, sorted.length)))
  if (merged.length < 2) {
    throw new Error('Expected predictions that rise with the targets for a calibration, received none that do.')
  }
  return { x: merged.map(({ x }) => x), y: merged.map(({ y }) => y) }
}

/** Rising means of `ys`, which stand in the order of the rising `xs`; equal `xs` get equal values. */
function isotonic(xs: readonly number[], ys: readonly number[]): number[] {
  const blocks: { sum: number; count: number; x: number }[] = []
  for (const [i, y] of ys.entries()) {
    const last = blocks.at(-1)
    if (last && last.x === xs[i]) {
      last.sum += y
      last.count++
    } else {
      blocks.push({ sum: y, count: 1, x: xs[i]! })
    }
  }
  const pooled: typeof blocks = []
  for (const block of blocks) {
    let next = block
    for (let last = pooled.at(-1); last && last.sum / last.count >= next.sum / next.count; last = pooled.at(-1)) {
      pooled.pop()
      next = { sum: last.sum + next.sum, count: last.count + next.count, x: next.x }
    }
    pooled.push(next)
  }
  return pooled.flatMap(({ sum, count }) => new Array<number>(count).fill(sum / count))
}

/** Means of `count` equal shares, in order. */
function inShares(xs: readonly number[], ys: readonly number[], count: number): Knot[] {
  return Array.from({ length: count }, (_, k) => {
    const from = Math.floor((k * xs.length) / count)
    const to = Math.floor(((k + 1) * xs.length) / count)
    const average = (numbers: readonly number[]) => numbers.slice(from, to).reduce((a, b) => a + b) / (to - from)
    return { x: average(xs), y: average(ys), weight: to - from }
  })
}

/** One knot in the place of neighbours that are level or upright: what is left rises strictly. */
function mergeLevel(knots: readonly Knot[]): Knot[] {
  const rises = (a: Knot, b: Knot) => b.x - a.x > 1e-9 * Math.max(1, Math.abs(a.x), Math.abs(b.x)) && b.y - a.y > 1e-6
  const merged: Knot[] = []
  for (const knot of knots) {
    let next = knot
    while (merged.length > 0 && !rises(merged.at(-1)!, next)) {
      const last = merged.pop()!
      const weight = last.weight + next.weight
      const mix = (a: number, b: number) => (a * last.weight + b * next.weight) / weight
      next = { x: mix(last.x, next.x), y: mix(last.y, next.y), weight }
    }
    merged.push(next)
  }
  return merged
}
