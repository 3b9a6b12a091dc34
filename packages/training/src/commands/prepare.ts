import { adapters } from '../data/adapters.js'
import type { DatasetOptions } from '../data/options.js'
import { type Call, type Command, numberFlag, pairsFlag, textFlag } from './command.js'
import { prepareDataset } from './prepare-dataset.js'

/** `diqa-train prepare`: a published data set becomes a store. */
export const prepare: Command = {
  does: 'Decodes a data set once: splits, Î and statistics of every image, ready for training.',
  paths: ['kind', 'root'],
  flags: {
    out: { is: 'folder of the prepared set' },
    option: { is: `option of the data set, NAME=VALUE; kinds: ${Object.keys(adapters).join(', ')}`, multiple: true },
    val: { is: 'share of the images for validation where the set has no split (default 0.1)' },
    test: { is: 'share of the images for the test where the set has no split (default 0.15)' },
    seed: { is: 'seed of the split (default 1)' },
  },
  async run({ flags, paths: [kind, root], print, signal }: Call) {
    const numbers = ['min', 'max']
    const given = Object.entries(pairsFlag(flags, 'option'))
    const dataset = Object.fromEntries(
      given.map(([name, value]) => [name, numbers.includes(name) ? Number(value) : value]),
    )
    const header = await prepareDataset(kind!, root!, textFlag(flags, 'out'), {
      dataset: dataset as DatasetOptions,
      val: numberFlag(flags, 'val', 0.1),
      test: numberFlag(flags, 'test', 0.15),
      seed: numberFlag(flags, 'seed', 1),
      signal,
      onProgress: (done, total) => {
        if (done % 500 === 0 || done === total) print(`${done} of ${total} images`)
      },
    })
    print(
      `Prepared ${header.name}, ${header.truth}s from ${header.scale.min} to ${header.scale.max}, SHA-256 ${header.digest}.`,
    )
    return true
  },
}
