import type { Kernels } from '../engine/wasm-kernels.js'
import { layOut } from './pixel-kernels.js'

/** Steps from a pixel to the neighbours whose levels are multiplied with its own. */
const STEPS = [
  { name: 'across', x: 1, y: 0 },
  { name: 'down', x: 0, y: 1 },
  { name: 'rising', x: 1, y: -1 },
  { name: 'falling', x: 1, y: 1 },
  { name: 'across2', x: 2, y: 0 },
  { name: 'down2', x: 0, y: 2 },
] as const

/** Places modulo 8, JPEG's blocks. */
const PLACES = 8

/** How the levels of Î compare with those beside them. What lies in different strips of 16 rows is not compared. */
export interface Neighbours {
  /** Mean |difference| of a pixel and the next one across, by the first one's x modulo 8. 0 where there is none. */
  across: Float64Array
  /** Mean |difference| of a pixel and the next one down, by the first one's y modulo 8. 0 where there is none. */
  down: Float64Array
  /** Mean product of a pixel's level and that of its neighbour, by the step from one to the other. 0 where there is none. */
  products: Record<(typeof STEPS)[number]['name'], number>
}

/** Compares strip by strip, in the kernels' memory. */
export class NeighbourTally {
  readonly #at
  readonly #pairs = { across: new Float64Array(PLACES), down: new Float64Array(PLACES), products: STEPS.map(() => 0) }
  /** Where memory is free. */
  readonly end: number

  constructor(
    readonly kernels: Kernels,
    readonly width: number,
    free: number,
  ) {
    const bytes = { across: PLACES * 8, down: PLACES * PLACES * 8, products: STEPS.length * 8 }
    this.#at = layOut(kernels, bytes, free)
    this.end = this.#at.end
    new Uint8Array(kernels.memory.buffer, free, this.end - free).fill(0)
  }

  /** @param strip where, in the kernels' memory, `tall` rows lie */
  add(strip: number, tall: number): void {
    const { kernels, width } = this
    const pairs = this.#pairs
    for (let place = 0; place < PLACES; place++) {
      pairs.across[place]! += tall * Math.ceil(Math.max(0, width - 1 - place) / PLACES)
    }
    for (let y = 0; y < tall; y++) {
      const row = strip + y * width
      kernels.distances(row, row + 1, width - 1, this.#at.across)
      if (y + 1 < tall) {
        // The kernel tells places across apart, which are nothing to go by between rows.
        kernels.distances(row, row + width, width, this.#at.down + (y % PLACES) * PLACES * 8)
        pairs.down[y % PLACES]! += width
      }
      STEPS.forEach((step, i) => {
        const count = width - step.x
        if (y + step.y < 0 || y + step.y >= tall || count <= 0) return
        kernels.products(row, row + step.y * width + step.x, count, this.#at.products + i * 8)
        pairs.products[i]! += count
      })
    }
  }

  neighbours(): Neighbours {
    const { buffer } = this.kernels.memory
    const sums = (at: number, length: number) => new Float64Array(buffer, at, length)
    const across = sums(this.#at.across, PLACES)
    const down = sums(this.#at.down, PLACES * PLACES)
    const products = sums(this.#at.products, STEPS.length)
    return {
      across: across.map((sum, place) => sum / (this.#pairs.across[place]! || 1)),
      down: this.#pairs.down.map(
        (count, place) => down.slice(place * PLACES, (place + 1) * PLACES).reduce((a, b) => a + b) / (count || 1),
      ),
      products: Object.fromEntries(
        STEPS.map(({ name }, i) => [name, products[i]! / (this.#pairs.products[i]! || 1)]),
      ) as Neighbours['products'],
    }
  }
}
