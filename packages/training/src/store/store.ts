import { createHash } from 'node:crypto'
import { closeSync, openSync, readFileSync, readSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { STATISTICS } from '@diqa/core/model'
import type { Split } from '../data/dataset.js'

/** Raised whenever what is stored of an image changes meaning. */
export const STORE_VERSION = 1

/** An image of a {@link Store}. */
export interface StoredImage {
  /** The data set's path of it, or what made it. */
  name: string
  /** Shape of its Î. */
  width: number
  height: number
  /** Where its Î begins in `levels.bin`. */
  offset: number
  /** Truth on 0 to 100; absent for pictures that only serve as references. */
  quality?: number
  group: string
  split: Split
  /** Index of its undistorted picture in the same store. */
  reference?: number
  part?: string
  distortion?: string
  level?: number
}

/** `store.json`: what a prepared data set is. */
export interface StoreHeader {
  version: number
  name: string
  /** Where the truth comes from: people's opinions, or a full-reference judge. */
  truth: 'opinion' | 'judge'
  /** As published, or as the judge gives it. */
  scale: { direction: 'mos' | 'dmos'; min: number; max: number }
  statistics: readonly string[]
  /** Digest over every image's name, bytes, truth and split. */
  digest: string
  images: StoredImage[]
}

/**
 * A prepared data set: Î of every image in whole gray levels, and its statistics. Decoding happens once; training then
 * reads rows of bytes, and its memory does not grow with the data set.
 */
export class Store {
  readonly header: StoreHeader
  /** Shape `[images, STATISTICS.length]`, not standardised. */
  readonly statistics: Float32Array
  readonly #levels: number

  /** @throws Error when the folder holds no whole store of this version */
  constructor(readonly folder: string) {
    this.header = readHeader(folder)
    const pixels = this.images.reduce((sum, { width, height }) => sum + width * height, 0)
    checkSize(join(folder, 'levels.bin'), pixels)
    checkSize(join(folder, 'statistics.bin'), 4 * this.images.length * STATISTICS.length)
    const bytes = readFileSync(join(folder, 'statistics.bin'))
    this.statistics = new Float32Array(new Uint8Array(bytes).buffer)
    this.#levels = openSync(join(folder, 'levels.bin'), 'r')
  }

  get images(): readonly StoredImage[] {
    return this.header.images
  }

  /** The indices of a split's images that have a truth. */
  of(split: Split): number[] {
    return this.images.flatMap((image, i) => (image.split === split && image.quality !== undefined ? [i] : []))
  }

  /** Î of a whole image, shape `[height, width]`, whole gray levels. */
  levels(index: number): Int8Array {
    const { offset, width, height } = this.images[index]!
    const out = new Int8Array(width * height)
    readSync(this.#levels, out, 0, out.length, offset)
    return out
  }

  /** The statistics of one image. */
  statisticsOf(index: number): Float32Array {
    return this.statistics.subarray(index * STATISTICS.length, (index + 1) * STATISTICS.length)
  }

  close(): void {
    closeSync(this.#levels)
  }
}

function readHeader(folder: string): StoreHeader {
  let header: StoreHeader
  try {
    header = JSON.parse(readFileSync(join(folder, 'store.json'), 'utf8'))
  } catch (error) {
    throw new Error(
      `Expected a folder made by "diqa-train prepare" but could not read ${join(folder, 'store.json')} (${(error as Error).message}).`,
    )
  }
  const names = STATISTICS.join()
  if (header.version !== STORE_VERSION || header.statistics.join() !== names) {
    throw new Error(`Expected ${folder} to be prepared by this version of diqa-train: run "diqa-train prepare" again.`)
  }
  return header
}

/** A copy that was cut short would read as black. */
function checkSize(file: string, expected: number): void {
  const found = statSync(file, { throwIfNoEntry: false })?.size ?? 0
  if (found === expected) return
  throw new Error(`Expected ${expected} bytes in ${file} but found ${found}: run "diqa-train prepare" again.`)
}

/** Folds an image's identity into a store's digest. */
export function digestOf(lines: Iterable<string>): string {
  const hash = createHash('sha256')
  for (const line of lines) hash.update(`${line}\n`)
  return hash.digest('hex')
}
