import { layOut, pixelKernels } from './pixel-kernels.js'
import type { Pixels } from './pixels.js'

/** Pixels along a side of the blocks whose colour is looked at. */
const BLOCK = 4

/** The colour of an image's low band, in gray levels around 0. */
export interface ChromaMoments {
  blueMean: number
  blueDeviation: number
  redMean: number
  redDeviation: number
  /** Mean distance from gray. */
  meanChroma: number
}

/**
 * Moments of Cb and Cr (ITU-R BT.601) over means of 4 x 4 pixels. What is left of the last whole block on the right and
 * below is not looked at.
 *
 * @param image at least 4 x 4 pixels
 */
export function chromaMoments({ data, width, height, channels }: Pixels): ChromaMoments {
  if (channels === 1) return { blueMean: 0, blueDeviation: 0, redMean: 0, redDeviation: 0, meanChroma: 0 }
  const columns = Math.floor(width / BLOCK)
  const rows = Math.floor(height / BLOCK)
  const rowBytes = 3 * width
  const kernels = pixelKernels()
  const at = layOut(kernels, { pixels: BLOCK * rowBytes, moments: 5 * 8 })
  const { buffer } = kernels.memory
  const pixels = new Uint8Array(buffer, at.pixels, BLOCK * rowBytes)
  const moments = new Float64Array(buffer, at.moments, 5).fill(0)
  for (let i = 0; i < rows; i++) {
    pixels.set(data.subarray(i * pixels.length, (i + 1) * pixels.length))
    kernels.addChroma(at.pixels, rowBytes, columns, at.moments)
  }
  const mean = (i: number) => moments[i]! / (columns * rows)
  const deviation = (i: number) => Math.sqrt(Math.max(0, mean(i + 1) - mean(i) ** 2))
  return {
    blueMean: mean(0),
    blueDeviation: deviation(0),
    redMean: mean(2),
    redDeviation: deviation(2),
    meanChroma: mean(4),
  }
}
