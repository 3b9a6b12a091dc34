import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Card, loadModel, packIntegers, quantise } from '@diqa/core/model'
import { everyNth } from '../stages/patches.js'
import { tilesOf } from '../stages/pooled.js'
import type { Store } from '../store/store.js'
import type { TensorFlow } from '../tensorflow.js'
import { UsageError } from '../usage-error.js'
import { largestOutputs } from './largest-outputs.js'

/** Pixels of each image whose outputs are looked at. */
const PIXELS = 16384

/** Images of each set whose outputs are looked at, unless told otherwise: how many is chance (README, the shipped weights). */
export const QUANTISE_IMAGES = 75

/**
 * Adds `int8.bin` to a model's folder, f(.) in whole numbers, and names it in the card.
 *
 * @param stores whose train split says how large outputs become
 * @param images of each, where it has so many
 * @throws UsageError for a store without a train split
 */
export function quantiseModel(tf: TensorFlow, folder: string, stores: readonly Store[], images: number): Card {
  const { card, tensors } = loadModel(folder)
  const sets = stores.map((store) => ({ store, looked: everyNth(store.of('train'), images) }))
  const empty = sets.find(({ looked }) => looked.length === 0)?.store
  if (empty) {
    throw new UsageError(`Expected images in the train split of ${empty.folder} for the int8 weights but found none.`)
  }
  function* tiles() {
    for (const { store, looked } of sets) for (const image of looked) yield tilesOf(store, image, PIXELS)
  }
  const bytes = packIntegers(quantise(tensors, largestOutputs(tf, tensors, tiles())))
  const int8 = {
    file: 'int8.bin',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    data: sets.map(({ store: { header }, looked }) => ({
      name: header.name,
      sha256: header.digest,
      images: looked.length,
    })),
  }
  const quantised: Card = { ...card, int8 }
  writeFileSync(join(folder, int8.file), bytes)
  writeFileSync(join(folder, 'card.json'), `${JSON.stringify(quantised, null, 2)}\n`)
  return quantised
}
