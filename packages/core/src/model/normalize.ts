import { lumaRow } from '../image/luma.js'
import type { Pixels } from '../image/pixels.js'
import { type LowBand, PHASES, UpscaledRows } from './low-band.js'

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
  // Rows are written by fours: what is beyond the end of one, the next one overwrites.
  const luma = new Float64Array(width + 3)
  const upscaled = new UpscaledRows(low, x, x + width)
  for (let row = 0; row < height; row++) {
    lumaRow(image, y + row, x, x + width, luma)
    levelsRow(luma, upscaled.row(y + row), out, row * width)
  }
}

const [[A0, A1, A2, A3], [B0, B1, B2, B3], [C0, C1, C2, C3], [D0, D1, D2, D3]] = PHASES

/** One row of levels, the low band scaled up along x on the way. */
function levelsRow(luma: Float64Array, low: Float64Array, out: Int8Array, start: number): void {
  let [m0, m1, m2, m3] = [low[0]!, low[1]!, low[2]!, low[3]!]
  for (let i = 4, x = 0; i < low.length; i++, x += 4) {
    const m4 = low[i]!
    const to = start + x
    out[to] = level(luma[x]! - (A0 * m0 + A1 * m1 + A2 * m2 + A3 * m3))
    out[to + 1] = level(luma[x + 1]! - (B0 * m0 + B1 * m1 + B2 * m2 + B3 * m3))
    out[to + 2] = level(luma[x + 2]! - (C0 * m1 + C1 * m2 + C2 * m3 + C3 * m4))
    out[to + 3] = level(luma[x + 3]! - (D0 * m1 + D1 * m2 + D2 * m3 + D3 * m4))
    m0 = m1
    m1 = m2
    m2 = m3
    m3 = m4
  }
}

/** Rounds half up, as Math.round does; truncating a positive number is several times faster. */
function level(difference: number): number {
  const rounded = ((difference + 512.5) | 0) - 512
  return Math.max(-127, Math.min(127, rounded))
}

/** Whole gray levels of Î as the network's input. */
export function toUnits(levels: Int8Array, out: Float32Array): void {
  for (let i = 0; i < levels.length; i++) out[i] = levels[i]! / GRAY_LEVELS_PER_UNIT
}
