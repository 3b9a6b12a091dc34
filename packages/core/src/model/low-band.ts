import { lumaRow } from '../image/luma.js'
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

/** The Gaussian's taps: 16, with sigma 7/6, even in number because a quarter-scale sample lies between pixels. */
const TAPS = 16
const SIGMA = 7 / 6

const KERNEL: readonly number[] = (() => {
  const taps = Array.from({ length: TAPS }, (_, i) => Math.exp(-((i - 7.5) ** 2) / (2 * SIGMA * SIGMA)))
  const sum = taps.reduce((a, b) => a + b)
  // Whole 65536ths, so that the last bit of some machine's exp cannot move a score.
  return taps.map((tap) => Math.round((tap / sum) * 65536) / 65536)
})()

/** Where, of the 16, taps that are not zero begin: the two at either end round to nothing. */
const FIRST = 2
const [T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11] = KERNEL.slice(FIRST) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  number,
  ...number[],
]

/**
 * The low band of an image before it is scaled back up: blurred with the 16-tap Gaussian, every fourth sample.
 * Beyond its edges an image goes on with its edge pixels.
 *
 * Source: Kim, Nguyen, Lee 2019, section III-A.
 */
export function lowBand(image: Pixels): LowBand {
  const { width, height } = image
  const low = { width: Math.ceil(width / 4), height: Math.ceil(height / 4) }
  const data = new Float32Array(low.width * low.height)
  const blurred = new BlurredRows(image, low.width)
  for (let i = 0; i < low.height; i++) {
    const out = data.subarray(i * low.width, (i + 1) * low.width)
    for (let k = FIRST; k < TAPS - FIRST; k++) {
      const row = blurred.row(Math.min(height - 1, Math.max(0, 4 * i + 1 + k - 7)))
      const tap = KERNEL[k]!
      for (let j = 0; j < low.width; j++) out[j]! += tap * row[j]!
    }
  }
  return { data, ...low }
}

/** Rows blurred and thinned along x, the last 16 of them kept, since each serves four rows of the low band. */
class BlurredRows {
  readonly #image: Pixels
  readonly #luma: Float64Array
  readonly #rows: Float32Array[]
  readonly #held = new Int32Array(TAPS).fill(-1)

  constructor(image: Pixels, lowWidth: number) {
    this.#image = image
    this.#luma = new Float64Array(4 * lowWidth + TAPS)
    this.#rows = Array.from({ length: TAPS }, () => new Float32Array(lowWidth))
  }

  row(y: number): Float32Array {
    const slot = y % TAPS
    const row = this.#rows[slot]!
    if (this.#held[slot] === y) return row
    this.#held[slot] = y
    const luma = this.#luma
    const { width } = this.#image
    lumaRow(this.#image, y, 0, width, luma.subarray(6))
    luma.fill(luma[6]!, 0, 6)
    luma.fill(luma[width + 5]!, width + 6)
    // Written out, it takes half the time.
    for (let j = 0, x = FIRST; j < row.length; j++, x += 4) {
      row[j] =
        T0 * luma[x]! +
        T1 * luma[x + 1]! +
        T2 * luma[x + 2]! +
        T3 * luma[x + 3]! +
        T4 * luma[x + 4]! +
        T5 * luma[x + 5]! +
        T6 * luma[x + 6]! +
        T7 * luma[x + 7]! +
        T8 * luma[x + 8]! +
        T9 * luma[x + 9]! +
        T10 * luma[x + 10]! +
        T11 * luma[x + 11]!
    }
    return row
  }
}

type Weights = readonly [number, number, number, number]

/** Catmull-Rom weights for the four phases of scaling up by 4: of two samples before a pixel's place and of two after it. */
export const PHASES = [0, 1, 2, 3].map((p): Weights => {
  const offset = (p - 1.5) / 4
  const t = offset < 0 ? 1 + offset : offset
  return [
    (-t + 2 * t * t - t * t * t) / 2,
    (2 - 5 * t * t + 3 * t * t * t) / 2,
    (t + 4 * t * t - 3 * t * t * t) / 2,
    (-t * t + t * t * t) / 2,
  ]
}) as [Weights, Weights, Weights, Weights]

/**
 * Rows of I_low, the low band scaled back up by 4, bicubic, as far as that can be done once for four pixels: along y.
 *
 * @param from multiple of 4
 */
export class UpscaledRows {
  readonly #low: LowBand
  readonly #from: number
  readonly #mixed: Float64Array

  constructor(low: LowBand, from: number, to: number) {
    this.#low = low
    this.#from = from / 4
    // Two samples before and after, for the bicubic's reach.
    this.#mixed = new Float64Array(Math.ceil((to - from) / 4) + 4)
  }

  /** Row `y` at a quarter of its width, from two samples before `from` to two after `to`. */
  row(y: number): Float64Array {
    const { data, width, height } = this.#low
    const mixed = this.#mixed
    const phase = y & 3
    const [a, b, c, d] = PHASES[phase]!
    const first = (y >> 2) + (phase < 2 ? -2 : -1)
    const at = (row: number): number => Math.min(height - 1, Math.max(0, row)) * width
    const [r0, r1, r2, r3] = [at(first), at(first + 1), at(first + 2), at(first + 3)]
    for (let i = 0; i < mixed.length; i++) {
      const x = Math.min(width - 1, Math.max(0, this.#from + i - 2))
      mixed[i] = a * data[r0 + x]! + b * data[r1 + x]! + c * data[r2 + x]! + d * data[r3 + x]!
    }
    return mixed
  }
}
