import type { Pixels } from './pixels.js'

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
 * below is not looked at, unless the image is smaller than a block.
 */
export function chromaMoments(image: Pixels): ChromaMoments {
  const { data, width, height, channels } = image
  if (channels === 1) return { blueMean: 0, blueDeviation: 0, redMean: 0, redDeviation: 0, meanChroma: 0 }
  const block = Math.min(4, width, height)
  const columns = Math.floor(width / block)
  const rows = Math.floor(height / block)
  const sums = new Int32Array(columns * 3)
  const pixels = block * block
  let [blue, blueSquared, red, redSquared, distance] = [0, 0, 0, 0, 0]
  for (let i = 0; i < rows; i++) {
    sums.fill(0)
    for (let y = i * block; y < (i + 1) * block; y++) addRow(data, y * width * 3, block, sums)
    for (let j = 0; j < sums.length; j += 3) {
      const r = sums[j]! / pixels
      const g = sums[j + 1]! / pixels
      const b = sums[j + 2]! / pixels
      const cb = -0.168736 * r - 0.331264 * g + 0.5 * b
      const cr = 0.5 * r - 0.418688 * g - 0.081312 * b
      blue += cb
      blueSquared += cb * cb
      red += cr
      redSquared += cr * cr
      distance += Math.sqrt(cb * cb + cr * cr)
    }
  }
  const count = columns * rows
  return {
    blueMean: blue / count,
    blueDeviation: Math.sqrt(Math.max(0, blueSquared / count - (blue / count) ** 2)),
    redMean: red / count,
    redDeviation: Math.sqrt(Math.max(0, redSquared / count - (red / count) ** 2)),
    meanChroma: distance / count,
  }
}

/** Adds each block's pixels of a row to its sums. */
function addRow(data: Uint8Array, at: number, block: number, sums: Int32Array): void {
  for (let j = 0; j < sums.length; j += 3) {
    let [r, g, b] = [0, 0, 0]
    for (const end = at + 3 * block; at < end; at += 3) {
      r += data[at]!
      g += data[at + 1]!
      b += data[at + 2]!
    }
    sums[j]! += r
    sums[j + 1]! += g
    sums[j + 2]! += b
  }
}
