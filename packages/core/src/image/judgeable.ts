import type { LowBand } from '../model/low-band.js'
import type { SkipReason } from '../result.js'
import { middleBand } from './middle-band.js'
import type { Survey } from './survey.js'

/**
 * Pixels along the shorter side below which f(.), whose cells see 45, sees more padding than picture. Measured on the
 * middles of photographs (docs/method.md): from here on a piece ranks as its photograph does to 0.7.
 */
export const SMALLEST_SIDE = 48

/** |Î| in gray levels from which a pixel counts as texture, and the share of such pixels below which nothing fine is there. */
const TEXTURE = 2
const FLAT_SHARE = 0.001

/**
 * The same at a quarter of the scale, where a photograph that is out of focus still has something: with a blur of 6 to 8
 * pixels a third of it, with 12 a tenth to a third. Gradients, glows and soft shadows, which are meant, have less.
 */
const COARSE_TEXTURE = 3
const COARSE_SHARE = 0.1

/** Why an image of this size is not judged, if so. */
export function tooSmall(width: number, height: number): { reason: SkipReason; message: string } | undefined {
  if (Math.min(width, height) >= SMALLEST_SIDE) return undefined
  return {
    reason: 'too-small',
    message: `Expected at least ${SMALLEST_SIDE} pixels along each side but the image has ${width} x ${height}.`,
  }
}

/** Whether an image has nothing that a distortion could have touched: a fill, a smooth gradient. What is blurred has. */
export function flatness(high: Survey, low: LowBand): boolean {
  return shareFrom(TEXTURE, high) < FLAT_SHARE && shareFrom(COARSE_TEXTURE, middleBand(low)) < COARSE_SHARE
}

/** Share of the pixels whose |Î| has at least so many gray levels. */
function shareFrom(level: number, { histogram }: Survey): number {
  const sum = (counts: Float64Array) => counts.reduce((a, b) => a + b, 0)
  return sum(histogram.subarray(level)) / sum(histogram)
}
