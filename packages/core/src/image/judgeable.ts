import type { SkipReason } from '../result.js'
import type { Survey } from './survey.js'

/**
 * Pixels along the shorter side below which f(.), whose cells see 45, sees more padding than picture. Measured on the
 * middles of photographs (docs/method.md): from here on a piece ranks as its photograph does to 0.7.
 */
export const SMALLEST_SIDE = 48

/** |Î| in gray levels from which a pixel counts as texture, and the share of such pixels below which an image is flat. */
const TEXTURE = 2
const FLAT_SHARE = 0.001

/** Why an image of this size is not judged, if so. */
export function tooSmall(width: number, height: number): { reason: SkipReason; message: string } | undefined {
  if (Math.min(width, height) >= SMALLEST_SIDE) return undefined
  return {
    reason: 'too-small',
    message: `Expected at least ${SMALLEST_SIDE} pixels along each side but the image has ${width} x ${height}.`,
  }
}

/** Whether an image has nothing that a distortion could have touched: a fill, a smooth gradient. */
export function flatness({ histogram }: Survey): boolean {
  const total = histogram.reduce((a, b) => a + b)
  const textured = histogram.subarray(TEXTURE).reduce((a, b) => a + b, 0)
  return textured < FLAT_SHARE * total
}
