import type { Standard } from '../network/network.js'
import { random, shuffle } from '../random.js'
import type { Store } from '../store/store.js'

/** A piece of an image's Î, turned or not. */
export interface Place {
  /** Multiples of 8, so that JPEG's blocks lie in a patch as they will lie in a tile. */
  x: number
  y: number
  width: number
  height: number
  flipX: boolean
  flipY: boolean
}

/**
 * Which images a step sees: every image once an epoch, in an order that only the seed and the epoch decide, so that a
 * resumed run goes on with the very batches it would have had.
 */
export class BatchOrder {
  #epoch = -1
  #order: number[] = []

  constructor(
    readonly images: readonly number[],
    readonly seed: string,
  ) {
    if (images.length === 0) throw new Error('Expected at least one image for the batches, received none.')
  }

  batch(step: number, size: number): number[] {
    return Array.from({ length: size }, (_, i) => this.#at(step * size + i))
  }

  #at(position: number): number {
    const epoch = Math.floor(position / this.images.length)
    if (epoch !== this.#epoch) {
      this.#epoch = epoch
      this.#order = shuffle(this.images, random(`${this.seed}/epoch ${epoch}`))
    }
    return this.#order[position % this.images.length]!
  }
}

/** Draws a square in an image of the given size. */
export function drawPlace(width: number, height: number, side: number, rng: () => number): Place {
  const along = (length: number) => 8 * Math.floor(rng() * (Math.floor((length - side) / 8) + 1))
  return { x: along(width), y: along(height), width: side, height: side, flipX: rng() < 0.5, flipY: rng() < 0.5 }
}

/**
 * Of two places drawn in an image the one with more in it, which is how core chooses its tiles: flat places tell nothing.
 *
 * @param levels Î of the whole image
 */
export function drawBusyPlace(
  levels: Int8Array,
  { width, height }: { width: number; height: number },
  side: number,
  rng: () => number,
): Place {
  const [one, other] = [drawPlace(width, height, side, rng), drawPlace(width, height, side, rng)]
  return texture(levels, width, one) < texture(levels, width, other) ? other : one
}

/** Sum of |Î| over every fourth row and column, each level counted to 16 at most: an edge is no texture. */
function texture(levels: Int8Array, imageWidth: number, { x, y, width, height }: Place): number {
  let sum = 0
  for (let row = y; row < y + height; row += 4) {
    for (let column = x; column < x + width; column += 4) {
      sum += Math.min(16, Math.abs(levels[row * imageWidth + column]!))
    }
  }
  return sum
}

/** Copies a piece of an image's Î, `imageWidth` wide, into a batch. */
export function copyPatch(levels: Int8Array, imageWidth: number, place: Place, out: Int8Array): void {
  const { x, y, width, height, flipX, flipY } = place
  for (let row = 0; row < height; row++) {
    const from = (y + (flipY ? height - 1 - row : row)) * imageWidth + x
    const line = levels.subarray(from, from + width)
    out.set(line, row * width)
    if (flipX) out.subarray(row * width, (row + 1) * width).reverse()
  }
}

/** Mean and deviation of each column of equally long rows; a column that hardly varies has at least `least`. */
export function standardOf(rows: readonly Float32Array[], least = 1e-3): Standard {
  const width = rows[0]!.length
  const sum = Array.from({ length: width }, () => 0)
  const squared = Array.from({ length: width }, () => 0)
  for (const row of rows) {
    for (let i = 0; i < width; i++) {
      sum[i]! += row[i]!
      squared[i]! += row[i]! ** 2
    }
  }
  const mean = sum.map((total) => total / rows.length)
  const deviation = squared.map((total, i) =>
    Math.max(least, Math.sqrt(Math.max(0, total / rows.length - mean[i]! ** 2))),
  )
  return { mean, deviation }
}

/** Whether a square of `side` pixels fits into an image. */
export function fits({ width, height }: { width: number; height: number }, side: number): boolean {
  return Math.min(width, height) >= side
}

/**
 * The images to train on: a patch fits into them.
 *
 * @throws Error when there is none
 */
export function trainable(store: Store, side: number): number[] {
  const images = store.of('train').filter((i) => fits(store.images[i]!, side))
  if (images.length > 0) return images
  throw new Error(
    `Expected an image of at least ${side} x ${side} pixels in the train split of ${store.folder} but found none.`,
  )
}

/** At most so many, evenly spread. */
export function everyNth(items: readonly number[], most: number): number[] {
  const step = Math.max(1, items.length / most)
  return Array.from({ length: Math.min(items.length, most) }, (_, i) => items[Math.floor(i * step)]!)
}
