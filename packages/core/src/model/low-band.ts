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

/** Where, of the 16, taps that are not zero begin and end: most of the kernel's tail rounds to nothing. */
const FIRST = KERNEL.findIndex((tap) => tap > 0)
const LAST = TAPS - 1 - FIRST

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
    for (let k = FIRST; k <= LAST; k++) {
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
    for (let j = 0; j < row.length; j++) {
      let sum = 0
      for (let k = FIRST; k <= LAST; k++) sum += KERNEL[k]! * luma[4 * j + k]!
      row[j] = sum
    }
    return row
  }
}

/** Catmull-Rom weights for the four phases of scaling up by 4, and the first of the four samples they apply to. */
const PHASES: readonly { first: number; weights: readonly [number, number, number, number] }[] = [0, 1, 2, 3].map(
  (p) => {
    const offset = (p - 1.5) / 4
    const first = offset < 0 ? -2 : -1
    const t = offset < 0 ? 1 + offset : offset
    return {
      first,
      weights: [
        (-t + 2 * t * t - t * t * t) / 2,
        (2 - 5 * t * t + 3 * t * t * t) / 2,
        (t + 4 * t * t - 3 * t * t * t) / 2,
        (-t * t + t * t * t) / 2,
      ],
    }
  },
)

/**
 * Rows of I_low: the low band scaled back up by 4, bicubic.
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

  /** Writes pixels `from` to `to` of row `y`, in gray levels. */
  row(y: number, out: Float64Array): void {
    const { data, width, height } = this.#low
    const mixed = this.#mixed
    const { first, weights } = PHASES[y & 3]!
    const [a, b, c, d] = weights
    const at = (k: number): number => Math.min(height - 1, Math.max(0, (y >> 2) + first + k)) * width
    const [r0, r1, r2, r3] = [at(0), at(1), at(2), at(3)]
    for (let i = 0; i < mixed.length; i++) {
      const x = Math.min(width - 1, Math.max(0, this.#from + i - 2))
      mixed[i] = a * data[r0 + x]! + b * data[r1 + x]! + c * data[r2 + x]! + d * data[r3 + x]!
    }
    const [p0, p1, p2, p3] = PHASES.map((phase) => phase.weights) as [Weights, Weights, Weights, Weights]
    for (let i = 2, x = 0; i < mixed.length - 2; i++, x += 4) {
      const [m0, m1, m2, m3, m4] = [mixed[i - 2]!, mixed[i - 1]!, mixed[i]!, mixed[i + 1]!, mixed[i + 2]!]
      out[x] = p0[0] * m0 + p0[1] * m1 + p0[2] * m2 + p0[3] * m3
      out[x + 1] = p1[0] * m0 + p1[1] * m1 + p1[2] * m2 + p1[3] * m3
      out[x + 2] = p2[0] * m1 + p2[1] * m2 + p2[2] * m3 + p2[3] * m4
      out[x + 3] = p3[0] * m1 + p3[1] * m2 + p3[2] * m3 + p3[3] * m4
    }
  }
}

type Weights = readonly [number, number, number, number]
