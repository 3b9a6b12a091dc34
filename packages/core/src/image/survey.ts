import type { LowBand } from '../model/low-band.js'
import { normalize } from '../model/normalize.js'
import type { Pixels } from './pixels.js'

/** Pixels along a side of a cell of {@link Survey.cells}. */
export const CELL = 16

/** The paper's alpha, for gray levels: how fast trust in a pixel grows with |Î|. */
const ALPHA = 0.2

/** Reliability of a pixel by its |Î| in gray levels: 2 / (1 + exp(−α|Î|)) − 1. */
export const RELIABILITY = Float64Array.from({ length: 128 }, (_, level) => 2 / (1 + Math.exp(-ALPHA * level)) - 1)

/** What one look at every pixel tells. */
export interface Survey {
  /** How many pixels have which |Î|, 128 gray levels. */
  histogram: Float64Array
  /** Mean reliability of each cell of 16 x 16 pixels that lies whole in the image, row by row. */
  cells: Float32Array
  /** Cells along x. */
  columns: number
  /** Cells along y. */
  rows: number
}

/** Looks at every pixel's |Î| once. Beside the image it needs memory for 16 rows. */
export function survey(image: Pixels, low: LowBand): Survey {
  const { width, height } = image
  return surveyStrips(width, height, (y, tall, out) => normalize(image, low, { x: 0, y, width, height: tall }, out))
}

/** The same from an Î that is there already, shape `[height, width]`. */
export function surveyLevels(levels: Int8Array, width: number, height: number): Survey {
  return surveyStrips(width, height, (y, tall, out) => out.set(levels.subarray(y * width, (y + tall) * width)))
}

function surveyStrips(width: number, height: number, read: (y: number, tall: number, out: Int8Array) => void): Survey {
  const columns = Math.floor(width / CELL)
  const rows = Math.floor(height / CELL)
  const cells = new Float32Array(columns * rows)
  const counts = new Float64Array(4 * 256)
  const strip = new Int8Array(width * CELL)
  for (let y = 0; y < height; y += CELL) {
    const tall = Math.min(CELL, height - y)
    read(y, tall, strip)
    const levels = strip.subarray(0, width * tall)
    count(levels, counts)
    if (tall === CELL) cellMeans(levels, width, cells.subarray((y / CELL) * columns, (y / CELL + 1) * columns))
  }
  return { histogram: magnitudes(counts), cells, columns, rows }
}

/** Counts levels in four tables by turns: of equal neighbours, as flat places have them, none waits for the one before. */
function count(levels: Int8Array, counts: Float64Array): void {
  const bytes = new Uint8Array(levels.buffer, levels.byteOffset, levels.length)
  const whole = bytes.length - (bytes.length % 4)
  for (let i = 0; i < whole; i += 4) {
    counts[bytes[i]!]!++
    counts[256 + bytes[i + 1]!]!++
    counts[512 + bytes[i + 2]!]!++
    counts[768 + bytes[i + 3]!]!++
  }
  for (let i = whole; i < bytes.length; i++) counts[bytes[i]!]!++
}

/** How many levels have which magnitude. */
function magnitudes(counts: Float64Array): Float64Array {
  const histogram = new Float64Array(128)
  counts.forEach((number, i) => {
    const byte = i % 256
    histogram[byte < 128 ? byte : 256 - byte]! += number
  })
  return histogram
}

/** Two cells at once: neither waits for the other's sum. */
function cellMeans(levels: Int8Array, width: number, out: Float32Array): void {
  for (let column = 0; column < out.length; column += 2) {
    const other = column + 1 < out.length ? CELL : 0
    let [sum, otherSum] = [0, 0]
    for (let y = 0; y < CELL; y++) {
      const from = y * width + column * CELL
      for (let i = from; i < from + CELL; i++) {
        sum += RELIABILITY[Math.abs(levels[i]!)]!
        otherSum += RELIABILITY[Math.abs(levels[i + other]!)]!
      }
    }
    out[column] = sum / (CELL * CELL)
    if (other > 0) out[column + 1] = otherSum / (CELL * CELL)
  }
}
