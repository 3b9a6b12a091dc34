import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Card, PREPROCESSING, packTensors, STATISTICS, type Tensors, tensorShapes } from '@diqa/core/model'
import { QUALITY_CENTRE, QUALITY_UNIT, type Standard } from '../network/network.js'

/** What a model folder is written from. */
export interface ModelParts {
  id: string
  weights: Tensors
  standard: Standard
  calibration: { x: number[]; y: number[] }
  /** Data, seed and figures, as they go into the card. */
  training: Record<string, unknown>
}

/** Writes the folder that core loads: `weights.bin` and `card.json`. */
export function writeModel(folder: string, { id, weights, standard, calibration, training }: ModelParts): Card {
  mkdirSync(folder, { recursive: true })
  const bytes = packWeights(weights)
  const card: Card = {
    id,
    preprocessing: PREPROCESSING,
    weights: { file: 'weights.bin', sha256: sha256(bytes) },
    statistics: { names: STATISTICS, ...standard },
    quality: { centre: QUALITY_CENTRE, unit: QUALITY_UNIT },
    calibration,
    training,
  }
  writeFileSync(join(folder, card.weights.file), bytes)
  writeFileSync(join(folder, 'card.json'), `${JSON.stringify(card, null, 2)}\n`)
  return card
}

/** The SHA-256 that the weights have in a model folder. */
export const digestOf = (weights: Tensors): string => sha256(packWeights(weights))

function packWeights(weights: Tensors): Uint8Array {
  const names = Object.keys(tensorShapes(STATISTICS.length))
  return packTensors(Object.fromEntries(names.map((name) => [name, weights[name]!])))
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
