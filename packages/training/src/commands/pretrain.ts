import { createHash } from 'node:crypto'
import { basename } from 'node:path'
import { folderOf, type PristinePicture, pristinePictures } from '../distort/pristine.js'
import { train } from '../run/train.js'
import { FreshPairs, type PairSource, StoredPairs } from '../stages/pairs.js'
import { Pretrain } from '../stages/pretrain.js'
import { digestOf, Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, pairsFlag, wholeFlag } from './command.js'
import { readRecipe } from './judge.js'
import { type OpenedRun, openRun, TRAINING_FLAGS, type UsedData, withRun } from './training-flags.js'

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
    const opened = openRun(call.paths[0]!, 'pretrain', call)
    const { flags, side, folder, errorMap, options } = opened
    const batch = wholeFlag(flags, 'batch', 32, 2)
    const { pairs, name, sha256 } = await pairSource(opened)
    const data = [{ name, sha256, patches: batch }]
    return withRun(opened, { command: 'pretrain', data }, ({ network, optimiser }) =>
      train(network, optimiser, new Pretrain(network, pairs, { side, batch, errorMap }), folder, options),
    )
  },
}

type Pairs = { pairs: PairSource } & Pick<UsedData, 'name' | 'sha256'>

async function pairSource({ flags, seed, side }: OpenedRun): Promise<Pairs> {
  const { data, recipe } = flags
  if (typeof data === 'string' && typeof recipe === 'string') {
    throw new UsageError('Expected --data or --recipe for the pairs but there are both.')
  }
  if (typeof data === 'string') {
    const store = new Store(data)
    return { pairs: new StoredPairs(store, seed, side), name: store.header.name, sha256: store.header.digest }
  }
  if (typeof recipe === 'string') return freshPairs(recipe, pairsFlag(flags, 'root'), seed, side)
  throw new UsageError('Expected --data or --recipe for the pairs but there is neither.')
}

async function freshPairs(file: string, roots: Record<string, string>, seed: string, side: number): Promise<Pairs> {
  const recipe = readRecipe(file)
  const folders = await Promise.all(recipe.sources.map((source) => folderOf(source, roots)))
  const pictures: PristinePicture[] = []
  for (const [i, source] of recipe.sources.entries()) {
    for await (const picture of pristinePictures(source, folders[i]!, recipe.side, recipe.seed)) pictures.push(picture)
  }
  const lines = pictures.map(({ name, split, pixels }) => {
    return [name, createHash('sha256').update(pixels.data).digest('hex'), split].join('\t')
  })
  return { pairs: new FreshPairs(pictures, seed, side, recipe.kinds), name: basename(file), sha256: digestOf(lines) }
}
