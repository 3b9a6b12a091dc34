import { meanCalibration } from '../measure/index.js'
import { averageNetworks } from '../network/average.js'
import { UNCHANGED } from '../network/pooled-standard.js'
import { restandardised } from '../network/restandardised.js'
import { RunFolder } from '../run/run-folder.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, numberFlag, textFlag } from './command.js'
import { wholeNetwork } from './whole-network.js'
import { digestOf } from './write-model.js'

/** `diqa-train average`: two networks in one. */
export const average: Command = {
  does: 'Averages f and g of two runs, one of which began with the other, and their heads, or sets those side by side.',
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
    const [first, second] = [wholeNetwork(from), wholeNetwork(textFlag(flags, 'with'))]
    const { standard, config } = first
    // Of other widths they cannot have begun with each other.
    const [units, others] = [first, second].map(({ weights }) => weights['hidden/bias']!.length)
    const heads = config.flags['keep-heads'] === true && units === others ? 'kept' : 'new'
    const parts = [
      { weights: first.weights, share: 1 - share },
      { weights: restandardised(second.weights, UNCHANGED.mean.length, second.standard, standard), share },
    ]
    const weights = averageNetworks(parts, heads)
    const digest = digestOf(second.weights)
    RunFolder.create(folder.path).writeConfig({ command: 'average', flags, data: [], from: config, with: digest })
    folder.save('best.bin', weights, { step: 0, seconds: 0, standard, pooled: UNCHANGED })
    if (first.calibration && second.calibration) {
      const maps = [
        { map: first.calibration, share: 1 - share },
        { map: second.calibration, share },
      ]
      folder.writeJson('calibration.json', meanCalibration(maps))
    } else if (heads === 'kept' && second.calibration) {
      // Heads that went on are on the scale on which they began.
      folder.writeJson('calibration.json', second.calibration)
    }
    print(`Averaged, with weights of SHA-256 ${digest}; ${weights['hidden/bias']!.length} hidden units.`)
    return true
  },
}
