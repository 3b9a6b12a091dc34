import { FEATURE_SCALE } from '@diqa/core/model'

/** What stage 1 is to learn. */
export interface ErrorMapOptions {
  /** Exponent of the error: with a small one, differences that are hardly seen already count. */
  p: number
  /** How fast trust in a pixel grows with |Î| in gray levels; with 0 all are trusted alike. */
  alpha: number
}

export const ERROR_MAP: ErrorMapOptions = { p: 0.2, alpha: 0.2 }

/**
 * Added to the trust in every cell: a patch without texture would have none to share out, and in one with a single line
 * of text (1 in 50 of its pixels) the few trusted cells would weigh ten times what those of a photograph do.
 */
const LEAST_TRUST = 0.05

/**
 * The true error map of a patch and the trust in its cells.
 *
 * A cell's error is (mean of |Î_reference − Î| over its 4 x 4 pixels, with Î in [-1, 1]) ^ p: the mean comes first,
 * for Î is in whole levels and the steep power would turn single levels into large errors.
 *
 * Source: Kim, Nguyen, Lee 2019, sections III-B and III-C.
 *
 * @param side multiple of 4
 * @param error shape `[side / 4, side / 4]`
 * @param reliability the same shape; its mean over the patch becomes 1
 */
export function errorTarget(
  reference: Int8Array,
  distorted: Int8Array,
  side: number,
  error: Float32Array,
  reliability: Float32Array,
  { p, alpha }: ErrorMapOptions = ERROR_MAP,
): void {
  const trusts = trustsOf(alpha)
  const cells = side / FEATURE_SCALE
  let total = 0
  for (let i = 0; i < cells; i++) {
    for (let j = 0; j < cells; j++) {
      let difference = 0
      let trust = 0
      for (let y = i * FEATURE_SCALE; y < (i + 1) * FEATURE_SCALE; y++) {
        const row = y * side + j * FEATURE_SCALE
        for (let at = row; at < row + FEATURE_SCALE; at++) {
          difference += Math.abs(reference[at]! - distorted[at]!)
          trust += trusts[Math.abs(distorted[at]!)]!
        }
      }
      const pixels = FEATURE_SCALE * FEATURE_SCALE
      error[i * cells + j] = (difference / pixels / 255) ** p
      reliability[i * cells + j] = trust / pixels + LEAST_TRUST
      total += trust / pixels + LEAST_TRUST
    }
  }
  const mean = total / (cells * cells)
  for (let i = 0; i < reliability.length; i++) reliability[i]! /= mean
}

/** Trust in a pixel by its |Î|: 2 / (1 + exp(−α|Î|)) − 1, as core's reliability is, whose α is settled. */
function trustsOf(alpha: number): Float64Array {
  return Float64Array.from({ length: 129 }, (_, level) => 2 / (1 + Math.exp(-alpha * level)) - 1)
}
