import { FEATURE_SCALE, RELIABILITY } from '@diqa/core/model'

/** Exponent of the error map: differences that are hardly seen already count. */
const P = 0.2

/**
 * Added to the trust in every cell: a patch without texture would have none to share out, and in one with a single line
 * of text (1 in 50 of its pixels) the few trusted cells would weigh ten times what those of a photograph do.
 */
const LEAST_TRUST = 0.05

/**
 * The true error map of a patch and the trust in its cells.
 *
 * A cell's error is (mean of |Î_reference − Î| over its 4 x 4 pixels, with Î in [-1, 1]) ^ 0.2: the mean comes first,
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
): void {
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
          trust += RELIABILITY[Math.abs(distorted[at]!)]!
        }
      }
      const pixels = FEATURE_SCALE * FEATURE_SCALE
      error[i * cells + j] = (difference / pixels / 255) ** P
      reliability[i * cells + j] = trust / pixels + LEAST_TRUST
      total += trust / pixels + LEAST_TRUST
    }
  }
  const mean = total / (cells * cells)
  for (let i = 0; i < reliability.length; i++) reliability[i]! /= mean
}
