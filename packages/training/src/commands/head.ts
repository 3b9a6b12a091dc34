import { createHash } from 'node:crypto'
import { CONVOLUTIONS, type Tensors } from '@diqa/core/model'
import type { RunFolder } from '../run/run-folder.js'
import { train } from '../run/train.js'
import { HeadTuning, VIEWS } from '../stages/head-tuning.js'
import { UsageError } from '../usage-error.js'
import { beginning } from './beginning.js'
import { belowOneFlag, type Call, type Command, listFlag, textFlag, wholeFlag } from './command.js'
import { opinionFlags, opinionWeights, share, usedData } from './opinion-flags.js'
import { checkScores, LEAST_PIXELS } from './trained.js'
import { type OpenedRun, openRun, TRAINING_FLAGS, type UsedData, withRun } from './training-flags.js'

const { side: _, p: __, alpha: ___, ...flags } = TRAINING_FLAGS

/** In stage 3 opinions only rank. */
const ANCHOR = 0

/** `diqa-train head`: stage 3. */
export const head: Command = {
  does: 'Stage 3: the heads learn anew, from whole pictures.',
  paths: ['run'],
  flags: {
    ...flags,
    from: { is: 'run folder of stage 2, whose best weights are the start, or a model folder' },
    data: { is: 'FOLDER:PICTURES: a prepared set, and its pictures in every batch', multiple: true },
    ...opinionFlags(ANCHOR),
    dropout: { is: 'share of the hidden layer that a step leaves out, 0 to less than 1 (default 0.5)' },
    'max-pixels': {
      is: "core's pixel budget in one of the two ways a picture is seen, the other is whole (default 131072)",
    },
  },
  async run(call: Call) {
    const opened = openRun(call.paths[0]!, 'head', call)
    const { flags, seed, folder, options } = opened
    const dropout = belowOneFlag(flags, 'dropout', 0.5)
    const path = textFlag(flags, 'from')
    const shares = listFlag(flags, 'data').map(share)
    if (shares.length === 0) throw new UsageError('Expected at least one --data FOLDER:PICTURES but there is none.')
    const settings = {
      seed,
      ...opinionWeights(flags, ANCHOR),
      dropout,
      maxPixels: wholeFlag(flags, 'max-pixels', 131072, LEAST_PIXELS),
      onProgress: (pictures: number, of: number, set: string) =>
        call.print(`f has seen ${pictures} of ${of} pictures of ${set}`),
      signal: call.signal,
    }
    const data = shares.map(usedData)
    const { config: from, weights } = beginning(path)
    checkScores(path, from)
    if (options.resume) checkBeginning(folder, path, weights)
    return withRun(opened, { command: 'head', data, from }, async ({ network, optimiser }) => {
      network.assign(weights)
      const stage = new HeadTuning(network, shares, settings)
      const made = { from: digestOf(weights), maxPixels: settings.maxPixels, views: VIEWS }
      stage.remember(await readFeatures(stage, opened, data, made))
      if (!options.resume) stage.standardise()
      return train(network, optimiser, stage, folder, options)
    })
  },
}

/** Heads that learned from one f are of no use to another. @throws UsageError when --from is not what the run began with */
function checkBeginning(folder: RunFolder, path: string, weights: Tensors): void {
  const { tensors } = folder.load('checkpoint.bin')
  const began = Object.fromEntries(Object.keys(weights).map((name) => [name, tensors[`weights:${name}`]!]))
  if (digestOf(began) === digestOf(weights)) return
  throw new UsageError(
    `Expected the weights that the run at ${folder.path} began with for --from but ${path} has others: begin another run.`,
  )
}

/** f's features are kept in the run folder, a file for each set: stopped in these minutes, a run has read the sets before. */
async function readFeatures(
  stage: HeadTuning,
  { folder }: OpenedRun,
  data: readonly UsedData[],
  about: Record<string, unknown>,
): Promise<Float32Array[]> {
  const all: Float32Array[] = []
  for (const [share, { sha256 }] of data.entries()) {
    const name = `features-${sha256.slice(0, 12)}.bin`
    const made = { ...about, set: sha256 }
    const kept = folder.has(name) ? folder.load(name) : undefined
    if (JSON.stringify(kept?.facts.made) === JSON.stringify(made)) {
      all.push(kept!.tensors.features!)
      continue
    }
    const features = await stage.read(share)
    folder.save(name, { features }, { made })
    all.push(features)
  }
  return all
}

/** Of f alone. */
function digestOf(weights: Tensors): string {
  const hash = createHash('sha256')
  for (const { name } of CONVOLUTIONS) hash.update(weights[`${name}/kernel`]!).update(weights[`${name}/bias`]!)
  return hash.digest('hex')
}
