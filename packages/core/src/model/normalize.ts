import { readLuma } from '../image/luma.js'
import { layOut, pixelKernels } from '../image/pixel-kernels.js'
import type { Pixels } from '../image/pixels.js'
import type { LowBand } from './low-band.js'

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

/** Rows that are normalised at once. */
export const STRIP = 16

/** Rows of the low band that they are scaled up from. */
const LOW_ROWS = STRIP / 4 + 5

type Weights = readonly [number, number, number, number]

/** Catmull-Rom weights for the four phases of scaling up by 4: of two samples before a pixel's place and of two after it. */
const PHASES = [0, 1, 2, 3].map((p): Weights => {
  const offset = (p - 1.5) / 4
  const t = offset < 0 ? 1 + offset : offset
  return [
    (-t + 2 * t * t - t * t * t) / 2,
    (2 - 5 * t * t + 3 * t * t * t) / 2,
    (t + 4 * t * t - 3 * t * t * t) / 2,
    (-t * t + t * t * t) / 2,
  ]
})

/** The weights along x, by samples, for two pixels at a time. */
const ACROSS = [PHASES.slice(0, 2), PHASES.slice(2)].flatMap(([first, second]) =>
  first!.flatMap((weight, sample) => [weight, second![sample]!]),
)

/** The weights along y, by phase, with which samples come out in 256ths, as luma does. */
const DOWN = PHASES.flat().map((weight) => weight * 256)

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
  const { width } = region
  normalizeStrips(image, low, region, 0, (at, y, height) => {
    out.set(new Int8Array(pixelKernels().memory.buffer, at, width * height), y * width)
  })
}

/**
 * The same, but strip by strip in the kernels' memory.
 *
 * @param free where the kernels' memory is free
 * @param take is told where in the kernels' memory a strip lies, at which row of the region it begins, and how many it has
 */
export function normalizeStrips(
  image: Pixels,
  low: LowBand,
  { x, y, width, height }: Region,
  free: number,
  take: (at: number, y: number, height: number) => void,
): void {
  const kernels = pixelKernels()
  // Two samples before and after, for the bicubic's reach, and as many more as make pixels that nobody asked for.
  const columns = 4 * Math.ceil(width / 16) + 4
  const sizes = {
    across: ACROSS.length * 8,
    down: DOWN.length * 8,
    pixels: width * image.channels,
    luma: 2 * width,
    low: LOW_ROWS * columns * 4,
    upscaled: columns * 8,
    strip: STRIP * width,
  }
  const at = layOut(kernels, sizes, free)
  const { buffer } = kernels.memory
  new Float64Array(buffer, at.across, ACROSS.length).set(ACROSS)
  new Float64Array(buffer, at.down, DOWN.length).set(DOWN)
  const lows = new Float32Array(buffer, at.low, LOW_ROWS * columns)

  for (let from = 0; from < height; from += STRIP) {
    const tall = Math.min(STRIP, height - from)
    const first = firstSample(y + from)
    const last = firstSample(y + from + tall - 1) + 3
    for (let i = first; i <= last; i++) {
      copySamples(low, x / 4 - 2, i, lows.subarray((i - first) * columns, (i - first + 1) * columns))
    }
    for (let row = 0; row < tall; row++) {
      const here = y + from + row
      const samples = at.low + (firstSample(here) - first) * columns * 4
      kernels.upscaleDown(samples, columns * 4, at.down + (here & 3) * 32, columns, at.upscaled)
      readLuma(kernels, image, { x, y: here, length: width }, at.pixels, at.luma)
      // What is written beyond a row's end, the next one overwrites.
      kernels.levels(at.luma, at.upscaled, at.across, width, at.strip + row * width)
    }
    take(at.strip, from, tall)
  }
}

/** The first of the four rows of the low band that row `y` is scaled up from. */
function firstSample(y: number): number {
  return (y >> 2) + ((y & 3) < 2 ? -2 : -1)
}

/** Samples of a row from `x` on. Beyond its edges a low band goes on with its edge samples. */
function copySamples({ data, width, height }: LowBand, x: number, y: number, out: Float32Array): void {
  const row = Math.min(height - 1, Math.max(0, y)) * width
  const [from, to] = [Math.max(0, x), Math.min(width, x + out.length)]
  out.set(data.subarray(row + from, row + to), from - x)
  out.fill(data[row]!, 0, from - x)
  out.fill(data[row + width - 1]!, to - x)
}

/** Whole gray levels of Î as the network's input. */
export function toUnits(levels: Int8Array, out: Float32Array): void {
  for (let i = 0; i < levels.length; i++) out[i] = levels[i]! / GRAY_LEVELS_PER_UNIT
}
