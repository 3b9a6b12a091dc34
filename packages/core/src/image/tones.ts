import { layOut, pixelKernels } from './pixel-kernels.js'
import type { Pixels } from './pixels.js'

/** Pixels that are enough to know an image by what its pixels do on average. */
const ENOUGH = 2 ** 17

/** Of so many rows of an image one is looked at, and the others are passed over. */
export function everyRow(width: number, height: number): number {
  return Math.ceil((width * height) / ENOUGH)
}

/** Share of the pixels that makes a gray level one of an image's tones. */
const LEAST_SHARE = 1 / 4096

/** Which gray levels an image has, and how it goes from one to the next: what a palette and banding leave few of. */
export interface Tones {
  /** Gray levels that at least one pixel in 4096 has, 1 to 256. */
  count: number
  /** Entropy of the gray levels, 0 to 8 bits. */
  entropy: number
  /** Share of the pixels whose colour is not that of the pixel to their left, 0 to 1. */
  changes: number
  /** Mean difference in gray levels of those from the pixel to their left; 0 where there are none. */
  step: number
}

/** Looks at the luma (ITU-R BT.601, whole gray levels) of up to 131,072 pixels, at least 2 x 1. */
export function tonesOf({ data, width, height, channels }: Pixels): Tones {
  const every = everyRow(width, height)
  const rowBytes = width * channels
  const kernels = pixelKernels()
  const at = layOut(kernels, { pixels: rowBytes, histogram: 256 * 4, sums: 2 * 8 })
  const { buffer } = kernels.memory
  const row = new Uint8Array(buffer, at.pixels, rowBytes)
  const histogram = new Uint32Array(buffer, at.histogram, 256).fill(0)
  const sums = new Float64Array(buffer, at.sums, 2).fill(0)
  let pixels = 0
  for (let y = 0; y < height; y += every) {
    row.set(data.subarray(y * rowBytes, (y + 1) * rowBytes))
    kernels.tones(at.pixels, channels, width, at.histogram, at.sums)
    pixels += width
  }
  let [count, entropy] = [0, 0]
  for (const number of histogram) {
    if (number >= LEAST_SHARE * pixels) count++
    if (number > 0) entropy -= (number / pixels) * Math.log2(number / pixels)
  }
  const [changed, apart] = [sums[0]!, sums[1]!]
  return { count, entropy, changes: changed / pixels, step: changed > 0 ? apart / changed : 0 }
}
