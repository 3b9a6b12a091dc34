import { lowBand, normalize, type Pixels } from '@diqa/core/model'
import type { Split } from '../data/dataset.js'
import { applySteps } from '../distort/apply.js'
import { cropSquare } from '../distort/crop-square.js'
import { drawSteps, type Name } from '../distort/draw-steps.js'
import { random } from '../random.js'
import type { Store } from '../store/store.js'
import { BatchOrder, copyPatch, drawPlace, fits } from './patches.js'

/** Distorted patches and what they were, Î in whole gray levels, shape `[count, side, side]` each. */
export interface PairBatch {
  reference: Int8Array
  distorted: Int8Array
}

/** Where stage 1's pairs come from. The same batch for the same step and, but for val, the same seed. */
export interface PairSource {
  batch(split: 'train' | 'val', step: number, count: number): Promise<PairBatch>
}

/** Pairs from a prepared set with references. */
export class StoredPairs implements PairSource {
  readonly #orders: Record<'train' | 'val', BatchOrder>

  /** @throws Error when train or val has no pair that a patch fits into */
  constructor(
    readonly store: Store,
    readonly seed: string,
    readonly side: number,
  ) {
    const pairsOf = (split: Split) => {
      const images = store
        .of(split)
        .filter((i) => store.images[i]!.reference !== undefined && fits(store.images[i]!, side))
      if (images.length > 0) return images
      throw new Error(
        `Expected an image with a reference, of at least ${side} x ${side} pixels, in the ${split} split of ${store.folder} but found none.`,
      )
    }
    this.#orders = {
      train: new BatchOrder(pairsOf('train'), `${seed}/pairs`),
      val: new BatchOrder(pairsOf('val'), 'val/pairs'),
    }
  }

  async batch(split: 'train' | 'val', step: number, count: number): Promise<PairBatch> {
    const { side } = this
    const rng = random(`${seedOf(split, this.seed)}/${split} pairs ${step}`)
    const batch = emptyBatch(count, side)
    this.#orders[split].batch(step, count).forEach((index, i) => {
      const { width, height, reference } = this.store.images[index]!
      const place = drawPlace(width, height, side, rng)
      copyPatch(this.store.levels(index), width, place, patchOf(batch.distorted, i, side))
      copyPatch(this.store.levels(reference!), width, place, patchOf(batch.reference, i, side))
    })
    return batch
  }
}

/** Pixels around a patch that are distorted with it, so that its edges look like any other place. */
const SURROUNDINGS = 32

/** Pairs made on the fly: every draw is a new distortion of an undistorted picture. */
export class FreshPairs implements PairSource {
  readonly #orders: Record<'train' | 'val', BatchOrder>

  /**
   * @param pictures at least 64 pixels larger than a patch, kept in memory
   * @param kinds the only distortions drawn; default: see drawVariants
   * @throws Error when one is smaller, or train or val has none
   */
  constructor(
    readonly pictures: readonly { split: Split; pixels: Pixels }[],
    readonly seed: string,
    readonly side: number,
    readonly kinds?: readonly Name[],
  ) {
    const around = side + 2 * SURROUNDINGS
    const small = pictures.find(({ pixels }) => !fits(pixels, around))?.pixels
    if (small) {
      throw new Error(
        `Expected pictures of at least ${around} x ${around} pixels for patches of ${side} but found ${small.width} x ${small.height}.`,
      )
    }
    const of = (split: Split) => {
      const images = pictures.flatMap((picture, i) => (picture.split === split ? [i] : []))
      if (images.length > 0) return images
      throw new Error(`Expected an undistorted picture for the ${split} split but found none: one in ten goes to val.`)
    }
    this.#orders = {
      train: new BatchOrder(of('train'), `${seed}/fresh`),
      val: new BatchOrder(of('val'), 'val/fresh'),
    }
  }

  async batch(split: 'train' | 'val', step: number, count: number): Promise<PairBatch> {
    const { side } = this
    const batch = emptyBatch(count, side)
    const around = side + 2 * SURROUNDINGS
    const make = async (index: number, i: number) => {
      const rng = random(`${seedOf(split, this.seed)}/${split} fresh ${step}/${i}`)
      const { pixels } = this.pictures[index]!
      const place = drawPlace(pixels.width, pixels.height, around, rng)
      const reference = cropSquare(pixels, place.x, place.y, around)
      const distorted = await applySteps(reference, drawSteps(rng, this.kinds).steps)
      const inner = { ...place, x: SURROUNDINGS, y: SURROUNDINGS, width: side, height: side }
      copyPatch(levelsOf(reference), around, inner, patchOf(batch.reference, i, side))
      copyPatch(levelsOf(distorted), around, inner, patchOf(batch.distorted, i, side))
    }
    await Promise.all(this.#orders[split].batch(step, count).map(make))
    return batch
  }
}

/** Val's pairs are the same for every run, so that figures of different seeds can be compared. */
function seedOf(split: 'train' | 'val', seed: string): string {
  return split === 'val' ? 'val' : seed
}

function emptyBatch(count: number, side: number): PairBatch {
  return { reference: new Int8Array(count * side * side), distorted: new Int8Array(count * side * side) }
}

function patchOf(levels: Int8Array, index: number, side: number): Int8Array {
  return levels.subarray(index * side * side, (index + 1) * side * side)
}

function levelsOf(pixels: Pixels): Int8Array {
  const { width, height } = pixels
  const levels = new Int8Array(width * height)
  normalize(pixels, lowBand(pixels), { x: 0, y: 0, width, height }, levels)
  return levels
}
