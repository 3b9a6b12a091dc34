import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Call, type Command, textFlag } from './command.js'
import type { EvaluatedSet } from './evaluate.js'
import { writeModel } from './write-model.js'
import { modelCard } from './model-card.js'
import { IDENTITY, openTrained, readNote } from './trained.js'

/** `diqa-train export`: the folder that core loads. */
export const exportRun: Command = {
  does: "Writes a run's best weights as a model folder: weights.bin, card.json and MODEL_CARD.md.",
  paths: ['run'],
  flags: {
    out: { is: 'the model folder' },
    id: { is: "the model's name (default diqa-1)" },
  },
  async run({ flags, paths, print }: Call) {
    const { folder, weights, standard, step, seconds } = openTrained(paths[0]!)
    const out = textFlag(flags, 'out')
    const { data, ...config } = folder.readConfig()
    const card = writeModel(out, {
      id: typeof flags.id === 'string' ? flags.id : 'diqa-1',
      weights,
      standard,
      calibration: readNote(folder, 'calibration.json', IDENTITY),
      training: { step, seconds: Math.round(seconds), data, ...config, figures: readNote<EvaluatedSet[]>(folder, 'evaluation.json', []) },
    })
    writeFileSync(join(out, 'MODEL_CARD.md'), modelCard(card))
    print(`Wrote ${card.id}, weights SHA-256 ${card.weights.sha256}, to ${out}.`)
    return true
  },
}
