import { train } from '../run/train.js'
import { Finetune } from '../stages/finetune.js'
import type { Share } from '../stages/opinions.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, listFlag, numberFlag, wholeFlag } from './command.js'
import { beginning, openRun, readRunConfig, TRAINING_FLAGS, type UsedData, withRun } from './training-flags.js'

/** `diqa-train finetune`: stage 2. */
export const finetune: Command = {
  does: 'Stage 2: learns what people, or the judge, say of whole images.',
  paths: ['run'],
  flags: {
    ...TRAINING_FLAGS,
    from: { is: "run folder of stage 1, whose best weights are the start (default: He's initialisation)" },
    data: { is: 'FOLDER:PATCHES: a prepared set, and its patches in every batch', multiple: true },
    correlation: { is: 'weight of 1 - PLCC within a batch beside the Huber loss (default 1)' },
    map: { is: "weight of stage 1's loss on sets with references (default 1)" },
    'without-statistics': { is: 'the head sees the pooled features alone', boolean: true },
    siblings: { is: 'weight of the loss on differences between versions of one picture (default 1)' },
    anchor: { is: 'weight of where opinions lie on the scale, beside a judge; they rank in full (default 0.25)' },
    fault: { is: "weight of the fault head's cross entropy (default 0.1)" },
    'val-images': { is: 'images of each val split that validation looks at (default 300)' },
    'val-pixels': { is: 'pixels of each that it looks at (default 32768)' },
  },
  async run(call: Call) {
    const opened = openRun(call.paths[0]!, 'finetune', call)
    const { flags, side, seed, folder, errorMap, options } = opened
    const settings = {
      side,
      seed,
      correlationWeight: numberFlag(flags, 'correlation', 1),
      mapWeight: numberFlag(flags, 'map', 1),
      errorMap,
      statistics: flags['without-statistics'] !== true,
      siblingWeight: numberFlag(flags, 'siblings', 1),
      opinionAnchor: numberFlag(flags, 'anchor', 0.25),
      faultWeight: numberFlag(flags, 'fault', 0.1),
      valImages: wholeFlag(flags, 'val-images', 300, 2),
      valPixels: wholeFlag(flags, 'val-pixels', 32768, 1024),
    }
    const shares = listFlag(flags, 'data').map(share)
    if (shares.length === 0) throw new UsageError('Expected at least one --data FOLDER:PATCHES but there is none.')
    const data = shares.map(usedData)
    // A resumed run has its weights in its checkpoint, and stage 1 need not be there any more.
    const stage1 = !options.resume && typeof flags.from === 'string' ? beginning(flags.from) : undefined
    const from = options.resume ? readRunConfig(folder).from : stage1?.config
    return withRun(opened, { command: 'finetune', data, ...(from && { from }) }, async ({ network, optimiser }) => {
      if (stage1) network.assign(stage1.weights)
      const stage = new Finetune(network, shares, settings)
      if (!options.resume) await stage.standardise()
      return train(network, optimiser, stage, folder, options)
    })
  },
}

export function usedData({ store: { header }, perBatch }: Share): UsedData {
  return { name: header.name, sha256: header.digest, patches: perBatch }
}

/** @throws UsageError when a `--data` is none */
export function share(given: string): Share {
  const at = given.lastIndexOf(':')
  const perBatch = Number(given.slice(at + 1))
  if (at > 0 && Number.isInteger(perBatch) && perBatch > 0) return { store: new Store(given.slice(0, at)), perBatch }
  throw new UsageError(`Expected FOLDER:PATCHES for --data but received "${given}".`)
}
