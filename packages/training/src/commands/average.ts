import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel, type Tensors } from '@diqa/core/model'
import { type Calibration, meanCalibration } from '../measure/index.js'
import { averageNetworks } from '../network/average.js'
import type { Standard } from '../network/network.js'
import { UNCHANGED } from '../network/pooled-standard.js'
import { restandardised } from '../network/restandardised.js'
import { RunFolder } from '../run/run-folder.js'
import { UsageError } from '../usage-error.js'
import { type Beginning, trainingOf } from './beginning.js'
import { type Call, type Command, numberFlag, textFlag } from './command.js'
import { checkWhole, openTrained, readNote } from './trained.js'
import { readRunConfig } from './training-flags.js'
import { digestOf } from './write-model.js'

/** `diqa-train average`: two networks in one. */
export const average: Command = {
  does: 'Averages f and g of two runs, one of which began with the other, and sets their heads side by side.',
  paths: ['run'],
  flags: {
    from: { is: 'run folder of stage 2 or 3, or a model folder' },
    with: { is: 'the one that it began with, or another that began there' },
    share: { is: 'how much of the average is --with, 0 to 1 (default 0.5)' },
  },
  async run({ flags, paths, print }: Call) {
    const folder = new RunFolder(paths[0]!)
    if (folder.has('best.bin') || folder.has('checkpoint.bin')) {
      throw new UsageError(`Expected an empty run folder but ${folder.path} holds a run.`)
    }
    const share = numberFlag(flags, 'share', 0.5)
    if (share > 1) throw new UsageError(`Expected 0 to 1 for --share but received "${flags.share}".`)
    const from = textFlag(flags, 'from')
    const [first, second] = [scored(from), scored(textFlag(flags, 'with'))]
    const { standard } = first
    const weights = averageNetworks([
      { weights: first.weights, share: 1 - share },
      { weights: restandardised(second.weights, UNCHANGED.mean.length, second.standard, standard), share },
    ])
    const digest = digestOf(second.weights)
    RunFolder.create(folder.path).writeConfig({ command: 'average', flags, data: [], from: first.config, with: digest })
    folder.save('best.bin', weights, { step: 0, seconds: 0, standard, pooled: UNCHANGED })
    if (first.calibration && second.calibration) {
      const maps = [
        { map: first.calibration, share: 1 - share },
        { map: second.calibration, share },
      ]
      folder.writeJson('calibration.json', meanCalibration(maps))
    }
    print(`Averaged, with weights of SHA-256 ${digest}; ${weights['hidden/bias']!.length} hidden units.`)
    return true
  },
}

/** A whole network, and how it came about. */
interface Scored {
  weights: Tensors
  standard: Standard
  calibration: Calibration | undefined
  config: Beginning['config']
}

/** @throws Error when the folder holds neither a run with scores nor a model */
function scored(path: string): Scored {
  if (existsSync(join(path, 'card.json'))) {
    const { card, tensors } = loadModel(path)
    const { mean, deviation } = card.statistics
    const config = trainingOf(card, path)
    return { weights: tensors, standard: { mean, deviation }, calibration: card.calibration, config }
  }
  const trained = openTrained(path)
  checkWhole(trained)
  const { folder, weights, standard, best } = trained
  const config = { ...readRunConfig(folder), ...best }
  return { weights, standard, calibration: readNote(folder, 'calibration.json', undefined), config }
}
