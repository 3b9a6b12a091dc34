import { FAULTS, FEATURES } from './architecture.js'
import type { Tensors } from './tensor-file.js'
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
 * A piecewise linear map through the knots. Above the last the last piece goes on, up to 100; below the first the score nears
 * 0 ever more slowly, so that of two ruined pictures the worse one still scores less.
 *
 * @param knots x strictly rising, y of 0 to 100 and never falling, at least two
 */
export function calibrate(knots: { x: readonly number[]; y: readonly number[] }, value: number): number {
  const { x, y } = knots
  let i = 0
  while (i < x.length - 2 && value > x[i + 1]!) i++
  const slope = (y[i + 1]! - y[i]!) / (x[i + 1]! - x[i]!)
  const rise = slope * (value - x[i]!)
  if (rise < 0) return y[0]! > 0 ? y[0]! * Math.exp(rise / y[0]!) : 0
  return Math.min(100, y[i]! + rise)
}

/** What is most wrong with a picture. */
export type Fault = Exclude<(typeof FAULTS)[number], 'none'>

/** What the model says of an image. */
export interface Assessment {
  /** 0 to 100, one decimal. */
  score: number
  label: Label
  /** Absent where nothing stands out, and in an excellent image: none is perfect. */
  fault?: Fault
}

/**
 * The heads and the calibration: what an image gets.
 *
 * @param pooled means over the feature maps of all tiles, shape `[128]`
 * @param statistics shape `[STATISTICS.length]`, not standardised
 */
export function assess(model: Model, pooled: ArrayLike<number>, statistics: ArrayLike<number>): Assessment {
  const { centre, unit } = model.card.quality
  const { quality, faults } = headsOf(model, pooled, statistics)
  const score = Math.round(calibrate(model.card.calibration, centre + unit * quality) * 10) / 10
  const fault = FAULTS[faults.indexOf(Math.max(...faults))]!
  const word = label(score)
  return { score, label: word, ...(fault !== 'none' && word !== 'excellent' && { fault }) }
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

/**
 * The heads alone.
 *
 * The same as `heads` in architecture.ts, which training differentiates, in plain numbers: a graph for 90,000
 * multiplications would cost more than they do.
 *
 * @returns quality in its own units, and the logits of {@link FAULTS}
 */
export function headsOf(
  { card, tensors }: Model,
  pooled: ArrayLike<number>,
  statistics: ArrayLike<number>,
): { quality: number; faults: Float64Array } {
  const { mean, deviation } = card.statistics
  const standard = Float64Array.from(mean, (centre, i) => (statistics[i]! - centre) / deviation[i]!)
  const hidden = dense(tensors, 'hidden', Float64Array.of(...Array.from(pooled), ...standard))
  for (let i = 0; i < hidden.length; i++) hidden[i] = Math.max(0, hidden[i]!)
  return { quality: dense(tensors, 'quality', hidden)[0]!, faults: dense(tensors, 'fault', hidden) }
}

function dense(tensors: Tensors, name: string, input: Float64Array): Float64Array {
  const kernel = tensors[`${name}/kernel`]!
  const out = new Float64Array(tensors[`${name}/bias`]!)
  const count = out.length
  // Four sums at a time need not go through memory: a third of the time, for which the main thread stands still.
  let j = 0
  for (; j + 4 <= count; j += 4) {
    let [a, b, c, d] = [out[j]!, out[j + 1]!, out[j + 2]!, out[j + 3]!]
    for (let i = 0, at = j; i < input.length; i++, at += count) {
      const value = input[i]!
      a += value * kernel[at]!
      b += value * kernel[at + 1]!
      c += value * kernel[at + 2]!
      d += value * kernel[at + 3]!
    }
    out.set([a, b, c, d], j)
  }
  for (; j < count; j++) {
    for (let i = 0, at = j; i < input.length; i++, at += count) out[j]! += input[i]! * kernel[at]!
  }
  return out
}
