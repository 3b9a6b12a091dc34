import { RunFolder } from '../run/run-folder.js'
import { train } from '../run/train.js'
import { Finetune, type Share } from '../stages/finetune.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, listFlag, numberFlag } from './command.js'
import { openRun, TRAINING_FLAGS } from './training-flags.js'

/** `diqa-train finetune`: stage 2. */
export const finetune: Command = {
  does: 'Stage 2: learns what people, or the judge, say of whole images.',
  paths: ['run'],
  flags: {
    ...TRAINING_FLAGS,
    from: { is: "run folder of stage 1, whose best weights are the start (default: He's initialisation)" },
    data: { is: 'FOLDER:PATCHES: a prepared set, and its patches in every batch', multiple: true },
    correlation: { is: 'weight of 1 - PLCC within a batch beside the Huber loss (default 1)' },
    'val-images': { is: 'images of each val split that validation looks at (default 300)' },
    'val-pixels': { is: 'pixels of each that it looks at (default 32768)' },
  },
  async run(call: Call) {
    const { flags, paths } = call
    const { network, optimiser, folder, side, seed, options } = await openRun(paths[0]!, 'finetune', call)
    if (typeof flags.from === 'string') network.assign(new RunFolder(flags.from).load('best.bin').tensors)
    const shares = listFlag(flags, 'data').map(share)
    if (shares.length === 0) throw new UsageError('Expected at least one --data FOLDER:PATCHES but there is none.')
    const stage = new Finetune(network, shares, {
      side,
      seed,
      correlationWeight: numberFlag(flags, 'correlation', 1),
      valImages: numberFlag(flags, 'val-images', 300, 2),
      valPixels: numberFlag(flags, 'val-pixels', 32768, 1),
    })
    stage.standardise()
    const data = shares.map(({ store: { header }, patches }) => ({ name: header.name, sha256: header.digest, patches }))
    if (!options.resume) folder.writeConfig({ ...folder.readConfig(), data })
    return train(network, optimiser, stage, folder, options)
  },
}

function share(given: string): Share {
  const at = given.lastIndexOf(':')
  const patches = Number(given.slice(at + 1))
  if (at > 0 && Number.isInteger(patches) && patches > 0) return { store: new Store(given.slice(0, at)), patches }
  throw new UsageError(`Expected FOLDER:PATCHES for --data but received "${given}".`)
}
