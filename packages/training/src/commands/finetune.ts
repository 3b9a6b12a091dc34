import { train } from '../run/train.js'
import { Finetune } from '../stages/finetune.js'
import { UsageError } from '../usage-error.js'
import { beginning } from './beginning.js'
import { belowOneFlag, type Call, type Command, listFlag, numberFlag, wholeFlag } from './command.js'
import { opinionFlags, opinionWeights, share, usedData } from './opinion-flags.js'
import { openRun, readRunConfig, TRAINING_FLAGS, withRun } from './training-flags.js'
import { wholeNetwork } from './whole-network.js'

/** See OpinionWeights. */
const ANCHOR = 0.25

/** `diqa-train finetune`: stage 2. */
export const finetune: Command = {
  does: 'Stage 2: learns what people, or the judge, say of whole images.',
  paths: ['run'],
  flags: {
    ...TRAINING_FLAGS,
    from: { is: "run or model folder, whose f and g are the start (default: He's initialisation)" },
    'keep-heads': { is: 'the heads of --from are the start, too', boolean: true },
    data: { is: 'FOLDER:PATCHES: a prepared set, and its patches in every batch', multiple: true },
    patches: { is: 'how many patches of a picture stand for each of those, by their mean (default 1)' },
    map: { is: "weight of stage 1's loss on sets with references (default 1)" },
    'without-statistics': { is: 'the head sees the pooled features alone', boolean: true },
    ...opinionFlags(ANCHOR),
    dropout: { is: 'share of the hidden layer that a step leaves out, 0 to less than 1 (default 0)' },
    'val-images': { is: 'images of each val split that validation looks at (default 300)' },
    'val-pixels': { is: 'pixels of each that it looks at (default 32768)' },
  },
  async run(call: Call) {
    const opened = openRun(call.paths[0]!, 'finetune', call)
    const { flags, side, seed, folder, errorMap, options } = opened
    const settings = {
      side,
      patches: wholeFlag(flags, 'patches', 1, 1),
      dropout: belowOneFlag(flags, 'dropout', 0),
      seed,
      mapWeight: numberFlag(flags, 'map', 1),
      errorMap,
      statistics: flags['without-statistics'] !== true,
      ...opinionWeights(flags, ANCHOR),
      valImages: wholeFlag(flags, 'val-images', 300, 2),
      valPixels: wholeFlag(flags, 'val-pixels', 32768, 1024),
    }
    const shares = listFlag(flags, 'data').map(share)
    if (shares.length === 0) throw new UsageError('Expected at least one --data FOLDER:PATCHES but there is none.')
    const data = shares.map(usedData)
    const keepsHeads = flags['keep-heads'] === true
    if (keepsHeads && flags.from === undefined)
      throw new UsageError('Expected --from for --keep-heads but there is none.')
    if (keepsHeads && !settings.statistics) {
      throw new UsageError('Expected --keep-heads or --without-statistics but received both.')
    }
    // A resumed run has its weights in its checkpoint, and where it began need not be there any more.
    const path = options.resume ? undefined : flags.from
    const whole = keepsHeads && typeof path === 'string' ? wholeNetwork(path) : undefined
    const begun = !keepsHeads && typeof path === 'string' ? beginning(path) : whole
    const from = options.resume ? readRunConfig(folder).from : begun?.config
    const hidden = () => {
      if (options.resume) return folder.load('checkpoint.bin').tensors['weights:hidden/bias']!.length
      return whole?.weights['hidden/bias']?.length
    }
    return withRun(
      opened,
      { command: 'finetune', data, ...(from && { from }) },
      async ({ network, optimiser }) => {
        const stage = new Finetune(network, shares, settings)
        if (whole) await stage.goOn(whole)
        else if (!options.resume) {
          if (begun) network.assign(begun.weights)
          await stage.standardise()
        }
        return train(network, optimiser, stage, folder, options)
      },
      hidden,
    )
  },
}
