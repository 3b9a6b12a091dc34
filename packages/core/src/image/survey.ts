import type { LowBand } from '../model/low-band.js'
import { normalizeStrips, STRIP } from '../model/normalize.js'
import { type Neighbours, NeighbourTally } from './neighbours.js'
import { layOut, pixelKernels } from './pixel-kernels.js'
import type { Pixels } from './pixels.js'

/** Pixels along a side of a cell of {@link Survey.cells}. */
export const CELL = STRIP

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
  neighbours: Neighbours
  /** Cells along x. */
  columns: number
  /** Cells along y. */
  rows: number
}

/** Looks at every pixel's |Î| once. Beside the image it needs memory for 16 rows. */
export function survey(image: Pixels, low: LowBand): Survey {
  const { width, height } = image
  const tally = new Tally(width, height)
  normalizeStrips(image, low, { x: 0, y: 0, width, height }, tally.end, (at, y, tall) => tally.add(at, y, tall))
  return tally.survey()
}

/** The same from an Î that is there already, shape `[height, width]`. */
export function surveyLevels(levels: Int8Array, width: number, height: number): Survey {
  const tally = new Tally(width, height)
  const kernels = pixelKernels()
  const at = layOut(kernels, { strip: STRIP * width }, tally.end)
  const strip = new Int8Array(kernels.memory.buffer, at.strip, STRIP * width)
  for (let y = 0; y < height; y += STRIP) {
    const tall = Math.min(STRIP, height - y)
    strip.set(levels.subarray(y * width, (y + tall) * width))
    tally.add(at.strip, y, tall)
  }
  return tally.survey()
}

/** What the strips of an Î add up to, in the kernels' memory. */
class Tally {
  readonly #kernels = pixelKernels()
  readonly #width: number
  readonly #cells: Float32Array
  readonly #columns: number
  readonly #rows: number
  readonly #at
  readonly #neighbours: NeighbourTally
  /** Where memory is free. */
  readonly end: number

  constructor(width: number, height: number) {
    this.#width = width
    this.#columns = Math.floor(width / CELL)
    this.#rows = Math.floor(height / CELL)
    this.#cells = new Float32Array(this.#columns * this.#rows)
    this.#at = layOut(this.#kernels, { reliability: 256 * 8, tables: 4 * 256 * 4, cells: (this.#columns + 3) * 4 })
    this.#neighbours = new NeighbourTally(this.#kernels, width, this.#at.end)
    this.end = this.#neighbours.end
    const { buffer } = this.#kernels.memory
    const reliability = new Float64Array(buffer, this.#at.reliability, 256)
    RELIABILITY.forEach((worth, level) => {
      reliability[level] = worth
      reliability[(256 - level) % 256] = worth
    })
    new Uint32Array(buffer, this.#at.tables, 4 * 256).fill(0)
  }

  /** @param strip where, in the kernels' memory, rows `y` to `y + tall` lie */
  add(strip: number, y: number, tall: number): void {
    const { reliability, tables, cells } = this.#at
    this.#kernels.count(strip, this.#width * tall, tables)
    this.#neighbours.add(strip, tall)
    if (tall < CELL) return
    this.#kernels.cellMeans(strip, this.#width, reliability, this.#columns, cells)
    const means = new Float32Array(this.#kernels.memory.buffer, cells, this.#columns)
    this.#cells.set(means, (y / CELL) * this.#columns)
  }

  survey(): Survey {
    const histogram = new Float64Array(128)
    new Uint32Array(this.#kernels.memory.buffer, this.#at.tables, 4 * 256).forEach((number, i) => {
      const byte = i % 256
      histogram[byte < 128 ? byte : 256 - byte]! += number
    })
    const neighbours = this.#neighbours.neighbours()
    return { histogram, neighbours, cells: this.#cells, columns: this.#columns, rows: this.#rows }
  }
}
