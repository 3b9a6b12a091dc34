import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel, type Tensors } from '@diqa/core/model'
import type { Calibration } from '../measure/index.js'
import type { Standard } from '../network/network.js'
import { type Beginning, trainingOf } from './beginning.js'
import { checkWhole, openTrained, readNote } from './trained.js'
import { readRunConfig } from './training-flags.js'

/** A network with its heads, and how it came about. */
export interface WholeNetwork {
  /** They take pooled features as they are. */
  weights: Tensors
  /** Of the statistics. */
  standard: Standard
  calibration: Calibration | undefined
  config: Beginning['config']
}

/** @throws Error when the folder holds neither a run with scores nor a model */
export function wholeNetwork(path: string): WholeNetwork {
  if (existsSync(join(path, 'card.json'))) {
    const { card, tensors } = loadModel(path)
    const { mean, deviation } = card.statistics
    const config = trainingOf(card, path)
    return { weights: tensors, standard: { mean, deviation }, calibration: card.calibration, config }
  }
  const trained = openTrained(path)
  checkWhole(trained)
  const { folder, weights, standard, best } = trained
  const config = { ...readRunConfig(folder), ...best }
  return { weights, standard, calibration: readNote(folder, 'calibration.json', undefined), config }
}
