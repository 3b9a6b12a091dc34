import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { QUANTISE_IMAGES, quantiseModel } from '../quantise/quantise-model.js'
import { Store } from '../store/store.js'
import { loadTensorFlow } from '../tensorflow.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, listFlag, wholeFlag } from './command.js'
import { modelCard } from './model-card.js'

/** `diqa-train quantise`: f(.) in whole numbers. */
export const quantise: Command = {
  does: "Adds int8.bin to a model folder: the network in whole numbers, which core's own engine runs.",
  paths: ['model'],
  flags: {
    data: { is: 'a prepared set, whose train split says how large activations become', multiple: true },
    images: { is: `images of each that are looked at (default ${QUANTISE_IMAGES})` },
  },
  async run({ flags, paths, print }: Call) {
    const stores = listFlag(flags, 'data').map((path) => new Store(path))
    if (stores.length === 0) throw new UsageError('Expected at least one --data but there is none.')
    const images = wholeFlag(flags, 'images', QUANTISE_IMAGES, 1)
    const folder = paths[0]!
    const card = quantiseModel(await loadTensorFlow(), folder, stores, images)
    writeFileSync(join(folder, 'MODEL_CARD.md'), modelCard(card))
    print(`Wrote int8 weights for ${card.id}, SHA-256 ${card.int8!.sha256}, to ${folder}.`)
    return true
  },
}
