import { writeFileSync } from 'node:fs'
import { basename, join } from 'node:path'
import { QUANTISE_IMAGES, quantiseModel } from '../quantise/quantise-model.js'
import { Store } from '../store/store.js'
import { loadTensorFlow } from '../tensorflow.js'
import { readMeasured } from './card-figures.js'
import { type Call, type Command, type Flags, listFlag, textFlag } from './command.js'
import { modelCard } from './model-card.js'
import { checkWhole, IDENTITY, openTrained, readNote } from './trained.js'
import { type RunConfig, readRunConfig } from './training-flags.js'
import { writeModel } from './write-model.js'

/** `diqa-train export`: the folder that core loads. */
export const exportRun: Command = {
  does: "Writes a run's best weights as a model folder: weights.bin, int8.bin, card.json and MODEL_CARD.md.",
  paths: ['run'],
  flags: {
    out: { is: 'the model folder' },
    id: { is: "the model's name (default diqa-1)" },
    data: { is: 'a prepared set for int8.bin, as for "quantise"', multiple: true },
    ablation: { is: 'the ablation.json of diqa-train ablate, for the card' },
  },
  async run({ flags, paths, print }: Call) {
    const out = textFlag(flags, 'out')
    const stores = listFlag(flags, 'data').map((path) => new Store(path))
    const trained = openTrained(paths[0]!)
    const { folder, weights, standard, best } = trained
    const measured = readMeasured(folder, flags.ablation)
    checkWhole(trained)
    if (!folder.has('calibration.json')) print('Not calibrated: the scores are as the network learned them.')
    const written = writeModel(out, {
      id: typeof flags.id === 'string' ? flags.id : 'diqa-1',
      weights,
      standard,
      calibration: readNote(folder, 'calibration.json', IDENTITY),
      training: {
        ...best,
        ...withoutPlaces(readRunConfig(folder)),
        measured,
      },
    })
    if (stores.length === 0) print('Not quantised: core needs int8.bin too, which "diqa-train quantise" adds.')
    const card = stores.length > 0 ? quantiseModel(await loadTensorFlow(), out, stores, QUANTISE_IMAGES) : written
    writeFileSync(join(out, 'MODEL_CARD.md'), modelCard(card))
    print(`Wrote ${card.id}, weights SHA-256 ${card.weights.sha256}, to ${out}.`)
    return true
  },
}

function withoutPlaces<T extends RunConfig>(config: T): T {
  const { flags, from } = config
  return { ...config, flags: withoutFolders(flags), ...(from && { from: withoutPlaces(from) }) }
}

/** Flags with the last part of each path alone: where things lay on one machine is nobody's business. */
export function withoutFolders(flags: Flags): Flags {
  const short = (value: string | boolean) => {
    // FOLDER, FOLDER:PATCHES, NAME=FOLDER
    const [, name = '', path = '', patches = ''] = /^([\w-]+=)?(.*?)(:\d+)?$/s.exec(String(value))!
    return name + basename(path.replaceAll('\\', '/')) + patches
  }
  return Object.fromEntries(
    Object.entries(flags).map(([flag, value]) => [
      flag,
      Array.isArray(value) ? value.map(short) : value === undefined ? undefined : short(value),
    ]),
  )
}
