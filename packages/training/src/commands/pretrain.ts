import { type PristinePicture, pristinePictures } from '../distort/pristine.js'
import { train } from '../run/train.js'
import { FreshPairs, type PairSource, StoredPairs } from '../stages/pairs.js'
import { Pretrain } from '../stages/pretrain.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, type Flags, numberFlag, pairsFlag } from './command.js'
import { readRecipe } from './judge.js'
import { openRun, TRAINING_FLAGS } from './training-flags.js'

/** `diqa-train pretrain`: stage 1. */
export const pretrain: Command = {
  does: 'Stage 1: learns to predict the error map, from pairs of distorted and undistorted pictures.',
  paths: ['run'],
  flags: {
    ...TRAINING_FLAGS,
    data: { is: 'a prepared set with references' },
    recipe: { is: 'instead: a recipe, whose pictures are distorted anew for every batch' },
    root: { is: "NAME=FOLDER: where one of the recipe's sources lies", multiple: true },
    batch: { is: 'pairs of a step (default 32)' },
  },
  async run(call: Call) {
    const { network, optimiser, folder, side, seed, options } = await openRun(call.paths[0]!, 'pretrain', call)
    const pairs = await pairSource(call.flags, seed)
    const stage = new Pretrain(network, pairs, { side, batch: numberFlag(call.flags, 'batch', 32, 2) })
    return train(network, optimiser, stage, folder, options)
  },
}

async function pairSource(flags: Flags, seed: string): Promise<PairSource> {
  if (typeof flags.data === 'string') return new StoredPairs(new Store(flags.data), seed)
  if (typeof flags.recipe !== 'string') throw new UsageError('Expected --data or --recipe for the pairs but there is neither.')
  const recipe = readRecipe(flags.recipe)
  const roots = pairsFlag(flags, 'root')
  const pictures: PristinePicture[] = []
  for (const source of recipe.sources) {
    const root = roots[source.root]
    if (root === undefined) throw new UsageError(`Expected --root ${source.root}=FOLDER for the recipe but there is none.`)
    for await (const picture of pristinePictures(source, root, recipe.side, recipe.seed)) pictures.push(picture)
  }
  return new FreshPairs(pictures, seed)
}
