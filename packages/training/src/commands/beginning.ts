import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { readCard, readTensors, type Tensors } from '@diqa/core/model'
import type { Standard } from '../network/network.js'
import { UNCHANGED } from '../network/pooled-standard.js'
import { RunFolder } from '../run/run-folder.js'
import { UsageError } from '../usage-error.js'
import { bestOf, type RunConfig, readRunConfig } from './training-flags.js'

/** What a run begins with. */
export interface Beginning {
  config: NonNullable<RunConfig['from']>
  weights: Tensors
  /** Of stage 2 on. */
  standards: { standard: Standard; pooledStandard: Standard }
}

/**
 * The best weights of a run, or those of a model folder: a run folder need not outlive its model.
 *
 * @throws Error when the folder is neither
 */
export function beginning(path: string): Beginning {
  if (existsSync(join(path, 'card.json'))) return shipped(path)
  const folder = new RunFolder(path)
  const { tensors: weights, facts } = folder.load('best.bin')
  const { standard, pooled: pooledStandard } = facts as { standard: Standard; pooled: Standard }
  return { config: { ...readRunConfig(folder), ...bestOf(facts) }, weights, standards: { standard, pooledStandard } }
}

function shipped(path: string): Beginning {
  // Not loadModel: f and g outlive a change of the statistics, which are the heads' alone.
  const card = readCard(path)
  const weights = readTensors(path, card)
  if (!card.training) throw new UsageError(`Expected the training in the model card at ${path} but there is none.`)
  const { measured: _, ...config } = card.training
  const standards = { standard: card.statistics, pooledStandard: UNCHANGED }
  return { config: config as unknown as Beginning['config'], weights, standards }
}

/** f and g alone. */
export function convolutionsOf(weights: Tensors): Tensors {
  return Object.fromEntries(Object.entries(weights).filter(([name]) => /^(conv\d|error)\//.test(name)))
}
