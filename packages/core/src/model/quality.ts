import { FEATURES, HIDDEN } from './architecture.js'
import type { Model } from './weights.js'

/** The five words of ITU-R BT.500's absolute category rating, worst first. */
export const LABELS = ['bad', 'poor', 'fair', 'good', 'excellent'] as const

/** One of {@link LABELS}. */
export type Label = (typeof LABELS)[number]

/** The word for a score of 0 to 100: equal fifths, `bad` below 20, `excellent` from 80. */
export function label(score: number): Label {
  return LABELS[Math.min(4, Math.max(0, Math.floor(score / 20)))]!
}

/**
 * A piecewise linear map through the knots. Beyond the ends the last piece goes on, down to 0 and up to 100.
 *
 * @param knots x strictly rising, y never falling, at least two
 */
export function calibrate(knots: { x: readonly number[]; y: readonly number[] }, value: number): number {
  const { x, y } = knots
  let i = 0
  while (i < x.length - 2 && value > x[i + 1]!) i++
  const share = (value - x[i]!) / (x[i + 1]! - x[i]!)
  return Math.min(100, Math.max(0, y[i]! + share * (y[i + 1]! - y[i]!)))
}

/**
 * The head and the calibration: an image's score.
 *
 * The same as `head` in architecture.ts, which training differentiates, in plain numbers: a graph for 20,000
 * multiplications would cost more than they do.
 *
 * @param pooled means over the feature maps of all tiles, shape `[128]`
 * @param statistics shape `[STATISTICS.length]`, not standardised
 * @returns 0 to 100, one decimal
 */
export function scoreOf(model: Model, pooled: ArrayLike<number>, statistics: ArrayLike<number>): number {
  const { centre, unit } = model.card.quality
  const score = calibrate(model.card.calibration, centre + unit * headOf(model, pooled, statistics))
  return Math.round(score * 10) / 10
}

/**
 * Means over all tiles of an image.
 *
 * @param pooled shape `[count, 128]`
 * @returns shape `[128]`
 */
export function meanFeatures(pooled: Float32Array): Float64Array {
  const mean = new Float64Array(FEATURES)
  const count = pooled.length / FEATURES
  for (let i = 0; i < pooled.length; i++) mean[i % FEATURES]! += pooled[i]! / count
  return mean
}

/** The head alone, in its own units. */
export function headOf({ card, tensors }: Model, pooled: ArrayLike<number>, statistics: ArrayLike<number>): number {
  const { mean, deviation } = card.statistics
  const kernel = tensors['hidden/kernel']!
  const hidden = Float64Array.from(tensors['hidden/bias']!)
  const add = (value: number, row: number) => {
    for (let i = 0; i < HIDDEN; i++) hidden[i]! += value * kernel[row * HIDDEN + i]!
  }
  for (let i = 0; i < FEATURES; i++) add(pooled[i]!, i)
  for (let i = 0; i < mean.length; i++) add((statistics[i]! - mean[i]!) / deviation[i]!, FEATURES + i)
  const out = tensors['quality/kernel']!
  return hidden.reduce((sum, value, i) => sum + Math.max(0, value) * out[i]!, tensors['quality/bias']![0]!)
}
