import { layOut, pixelKernels } from './pixel-kernels.js'
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
  const rowBytes = 3 * width
  const kernels = pixelKernels()
  const at = layOut(kernels, { pixels: rowBytes, sums: 3 * 8 })
  const { buffer } = kernels.memory
  const row = new Uint8Array(buffer, at.pixels, rowBytes)
  const sums = new Float64Array(buffer, at.sums, 3).fill(0)
  let rows = 0
  for (let y = 0; y < height; y += every) {
    row.set(data.subarray(y * rowBytes, (y + 1) * rowBytes))
    kernels.chromaSteps(at.pixels, width, at.sums)
    rows++
  }
  const mean = (sum: number, pairs: number) => (pairs > 0 ? sum / (2 * 256 * rows * pairs) : 0)
  return {
    near: mean(sums[0]!, width - 1),
    next: mean(sums[1]!, width - 2),
    edges: mean(sums[2]!, Math.ceil(width / BLOCK) - 1),
  }
}
