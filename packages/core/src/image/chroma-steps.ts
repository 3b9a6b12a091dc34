import type { Pixels } from './pixels.js'
import { everyRow } from './tones.js'

/** Pixels along a side of the blocks that 4:2:0 codes chroma in. */
const BLOCK = 16

/** How chroma goes from pixel to pixel, in gray levels: halved resolution and coarse steps show there, and nowhere in luma. */
export interface ChromaSteps {
  /** Mean difference from the pixel to the left. */
  near: number
  /** Mean difference from the pixel two to the left. */
  next: number
  /** Mean difference from the pixel to the left at the left edges of blocks of 16, counted from the left of the image. */
  edges: number
}

/**
 * Looks at red and blue less luma, as the mean of both, in up to 131,072 pixels. Summed in whole 256ths of a gray level.
 *
 * @param image wider than two pixels
 */
export function chromaSteps({ data, width, height, channels }: Pixels): ChromaSteps {
  if (channels === 1) return { near: 0, next: 0, edges: 0 }
  const every = everyRow(width, height)
  let [near, next, edges, rows] = [0, 0, 0, 0]
  for (let y = 0; y < height; y += every) {
    let [blue1, red1, blue2, red2] = [0, 0, 0, 0]
    let at = y * width * 3
    for (let x = 0; x < width; x++, at += 3) {
      const luma = 77 * data[at]! + 150 * data[at + 1]! + 29 * data[at + 2]!
      const red = 256 * data[at]! - luma
      const blue = 256 * data[at + 2]! - luma
      if (x > 0) {
        const step = Math.abs(red - red1) + Math.abs(blue - blue1)
        near += step
        if (x % BLOCK === 0) edges += step
      }
      if (x > 1) next += Math.abs(red - red2) + Math.abs(blue - blue2)
      blue2 = blue1
      red2 = red1
      blue1 = blue
      red1 = red
    }
    rows++
  }
  const half = (sum: number, pairs: number) => (pairs > 0 ? sum / (2 * 256 * rows * pairs) : 0)
  return { near: half(near, width - 1), next: half(next, width - 2), edges: half(edges, Math.ceil(width / BLOCK) - 1) }
}
