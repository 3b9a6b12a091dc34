import { STATISTICS } from '@diqa/core/model'
import type { Store } from '../store/store.js'
import { random, shuffle } from '../random.js'

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
    if (images.length === 0) throw new Error(`Expected at least one image to train on for ${seed}, received none.`)
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

/** Mean and deviation of the statistics over some images. */
export function standardOf(rows: Iterable<Float32Array>): { mean: number[]; deviation: number[] } {
  const sum = STATISTICS.map(() => 0)
  const squared = STATISTICS.map(() => 0)
  let count = 0
  for (const row of rows) {
    row.forEach((value, i) => {
      sum[i]! += value
      squared[i]! += value * value
    })
    count++
  }
  const mean = sum.map((total) => total / count)
  return { mean, deviation: squared.map((total, i) => Math.sqrt(Math.max(1e-6, total / count - mean[i]! ** 2))) }
}

/** The images of a split that a patch fits into. */
export function trainable(store: Store, side: number): number[] {
  return store.of('train').filter((i) => Math.min(store.images[i]!.width, store.images[i]!.height) >= side)
}
