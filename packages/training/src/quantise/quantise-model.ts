import { createHash } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Card, loadModel, packIntegers, quantise } from '@diqa/core/model'
import { everyNth } from '../stages/patches.js'
import { tilesOf } from '../stages/pooled.js'
import type { Store } from '../store/store.js'
import type { TensorFlow } from '../tensorflow.js'
import { largestOutputs } from './largest-outputs.js'

/** Pixels of each image whose outputs are looked at. */
const PIXELS = 16384

/** Images of each set whose outputs are looked at, unless told otherwise. */
export const QUANTISE_IMAGES = 100

/**
 * Adds `int8.bin` to a model's folder, f(.) in whole numbers, and names it in the card.
 *
 * @param stores whose train split says how large outputs become
 * @param images of each
 */
export function quantiseModel(tf: TensorFlow, folder: string, stores: readonly Store[], images: number): Card {
  const { card, tensors } = loadModel(folder)
  function* tiles() {
    for (const store of stores) {
      for (const image of everyNth(store.of('train'), images)) yield tilesOf(store, image, PIXELS)
    }
  }
  const bytes = packIntegers(quantise(tensors, largestOutputs(tf, tensors, tiles())))
  const int8 = {
    file: 'int8.bin',
    sha256: createHash('sha256').update(bytes).digest('hex'),
    data: stores.map(({ header }) => ({ name: header.name, sha256: header.digest, images })),
  }
  const quantised: Card = { ...card, int8 }
  writeFileSync(join(folder, int8.file), bytes)
  writeFileSync(join(folder, 'card.json'), `${JSON.stringify(quantised, null, 2)}\n`)
  return quantised
}
