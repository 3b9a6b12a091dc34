import { lumaRow } from '../image/luma.js'
import type { Pixels } from '../image/pixels.js'
import { type LowBand, UpscaledRows } from './low-band.js'

/** Gray levels of Î that the network sees as 1: about Î's usual deviation, so that first-layer sums start near 1. */
export const GRAY_LEVELS_PER_UNIT = 16

/** A rectangle of pixels. */
export interface Region {
  /** Multiple of 4. */
  x: number
  y: number
  width: number
  height: number
}

/**
 * Î = I − I_low, the image without its low band, in whole gray levels of −127 to 127.
 *
 * Whole levels lose nothing that the picture had (its samples are 8 bits wide), make a training set of Î a quarter as
 * large, and give every engine the very same input, integer ones too.
 *
 * Source: Kim, Nguyen, Lee 2019, section III-A.
 *
 * @param out shape `[region.height, region.width]`
 */
export function normalize(image: Pixels, low: LowBand, region: Region, out: Int8Array): void {
  const { x, y, width, height } = region
  const luma = new Float64Array(width)
  const base = new Float64Array(width + 3)
  const upscaled = new UpscaledRows(low, x, x + width)
  for (let row = 0; row < height; row++) {
    lumaRow(image, y + row, x, x + width, luma)
    upscaled.row(y + row, base)
    const start = row * width
    for (let i = 0; i < width; i++) {
      // Rounds half up, as Math.round does; truncating a positive number is several times faster.
      const level = ((luma[i]! - base[i]! + 512.5) | 0) - 512
      out[start + i] = Math.max(-127, Math.min(127, level))
    }
  }
}

/** Whole gray levels of Î as the network's input. */
export function toUnits(levels: Int8Array, out: Float32Array): void {
  for (let i = 0; i < levels.length; i++) out[i] = levels[i]! / GRAY_LEVELS_PER_UNIT
}
