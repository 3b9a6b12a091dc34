import { readLuma } from '../image/luma.js'
import { layOut, pixelKernels } from '../image/pixel-kernels.js'
import type { Pixels } from '../image/pixels.js'

/** A quarter-scale plane in gray levels of 0 to 255. */
export interface LowBand {
  /** Shape `[height, width]`. Sample (i, j) is centred between pixels 4i + 1 and 4i + 2 of the image. */
  data: Float32Array
  /** A quarter of the image's width, rounded up. */
  width: number
  /** A quarter of the image's height, rounded up. */
  height: number
}

/** The Gaussian's sigma. Its taps are even in number because a quarter-scale sample lies between pixels. */
const SIGMA = 7 / 6

/**
 * Its 12 taps in whole 65536ths, so that the last bit of some machine's exp cannot move a score. The paper has 16, of which
 * two at either end round to nothing.
 */
const TAPS: readonly number[] = (() => {
  const taps = Array.from({ length: 16 }, (_, i) => Math.exp(-((i - 7.5) ** 2) / (2 * SIGMA * SIGMA)))
  const sum = taps.reduce((a, b) => a + b)
  return taps.slice(2, 14).map((tap) => Math.round((tap / sum) * 65536))
})()

/** Blurred rows that are kept, a power of two: each serves three rows of the low band. */
const RING = 16

/**
 * The low band of an image before it is scaled back up: blurred with a Gaussian, every fourth sample. Beyond its edges an
 * image goes on with its edge pixels.
 *
 * Source: Kim, Nguyen, Lee 2019, section III-A.
 */
export function lowBand(image: Pixels): LowBand {
  const { width, height, channels } = image
  const low = { width: Math.ceil(width / 4), height: Math.ceil(height / 4) }
  const data = new Float32Array(low.width * low.height)
  const rowBytes = 4 * Math.ceil(low.width / 4) * 4
  // Four pixels before a row, and as many after it as its last samples' taps reach, and those made along with them.
  const lumaLength = 4 * Math.ceil(low.width / 4) * 4 + 12
  const kernels = pixelKernels()
  const at = layOut(kernels, {
    taps: 16 * 2,
    wideTaps: 12 * 8,
    pixels: width * channels,
    luma: 2 * lumaLength,
    ring: RING * rowBytes,
    row: rowBytes,
  })
  const { buffer } = kernels.memory
  new Int16Array(buffer, at.taps, 16).fill(0).set(TAPS)
  new Float64Array(buffer, at.wideTaps, 12).set(TAPS.map((tap) => tap / 65536))
  const luma = new Uint16Array(buffer, at.luma, lumaLength)
  const row = new Float32Array(buffer, at.row, low.width)

  function blurRow(y: number): void {
    const inside = Math.min(height - 1, Math.max(0, y))
    readLuma(kernels, image, { x: 0, y: inside, length: width }, at.pixels, at.luma + 4 * 2)
    luma.fill(luma[4]!, 0, 4)
    luma.fill(luma[width + 3]!, width + 4)
    kernels.blurAcross(at.luma, at.taps, low.width, at.ring + (y & (RING - 1)) * rowBytes)
  }

  let blurred = -4
  for (let i = 0; i < low.height; i++) {
    for (; blurred < 4 * i + 8; blurred++) blurRow(blurred)
    kernels.blurDown(at.ring, (4 * i - 4) & (RING - 1), at.wideTaps, low.width, at.row)
    data.set(row, i * low.width)
  }
  return { data, ...low }
}
