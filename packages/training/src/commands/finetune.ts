import { train } from '../run/train.js'
import { Finetune } from '../stages/finetune.js'
import { UsageError } from '../usage-error.js'
import { beginning } from './beginning.js'
import { type Call, type Command, listFlag, numberFlag, wholeFlag } from './command.js'
import { opinionFlags, opinionWeights, share, usedData } from './opinion-flags.js'
import { openRun, readRunConfig, TRAINING_FLAGS, withRun } from './training-flags.js'

/** See OpinionWeights. */
const ANCHOR = 0.25

/** `diqa-train finetune`: stage 2. */
export const finetune: Command = {
  does: 'Stage 2: learns what people, or the judge, say of whole images.',
  paths: ['run'],
  flags: {
    ...TRAINING_FLAGS,
    from: { is: "run or model folder, whose f and g are the start (default: He's initialisation)" },
    data: { is: 'FOLDER:PATCHES: a prepared set, and its patches in every batch', multiple: true },
    map: { is: "weight of stage 1's loss on sets with references (default 1)" },
    'without-statistics': { is: 'the head sees the pooled features alone', boolean: true },
    ...opinionFlags(ANCHOR),
    'val-images': { is: 'images of each val split that validation looks at (default 300)' },
    'val-pixels': { is: 'pixels of each that it looks at (default 32768)' },
  },
  async run(call: Call) {
    const opened = openRun(call.paths[0]!, 'finetune', call)
    const { flags, side, seed, folder, errorMap, options } = opened
    const settings = {
      side,
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
    // A resumed run has its weights in its checkpoint, and where it began need not be there any more.
    const begun = !options.resume && typeof flags.from === 'string' ? beginning(flags.from) : undefined
    const from = options.resume ? readRunConfig(folder).from : begun?.config
    return withRun(opened, { command: 'finetune', data, ...(from && { from }) }, async ({ network, optimiser }) => {
      if (begun) network.assign(begun.weights)
      const stage = new Finetune(network, shares, settings)
      if (!options.resume) await stage.standardise()
      return train(network, optimiser, stage, folder, options)
    })
  },
}
