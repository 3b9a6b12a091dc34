import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type Card, readCard, readTensors, type Tensors } from '@diqa/core/model'
import { convolutionsOf } from '../network/convolutions-of.js'
import { RunFolder } from '../run/run-folder.js'
import { UsageError } from '../usage-error.js'
import { bestOf, type RunConfig, readRunConfig } from './training-flags.js'

/** What a run begins with. */
export interface Beginning {
  config: NonNullable<RunConfig['from']>
  /** Of f and g alone: heads belong to the statistics and the truths that they learned from. */
  weights: Tensors
}

/**
 * The best weights of a run, or those of a model folder: a run folder need not outlive its model.
 *
 * @throws Error when the folder is neither
 */
export function beginning(path: string): Beginning {
  if (existsSync(join(path, 'card.json'))) return shipped(path)
  const folder = new RunFolder(path)
  const { tensors, facts } = folder.load('best.bin')
  return { config: { ...readRunConfig(folder), ...bestOf(facts) }, weights: convolutionsOf(tensors) }
}

function shipped(path: string): Beginning {
  // Not loadModel: f and g outlive a change of the statistics, which are the heads' alone.
  const card = readCard(path)
  return { config: trainingOf(card, path), weights: convolutionsOf(readTensors(path, card)) }
}

/** The run that a model is of. @throws UsageError when its card does not say */
export function trainingOf({ training }: Card, path: string): Beginning['config'] {
  if (!training) throw new UsageError(`Expected the training in the model card at ${path} but there is none.`)
  const { measured: _, ...config } = training
  return config as unknown as Beginning['config']
}
