import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { STATISTICS } from '../image/statistics.js'
import { UsageError } from '../usage-error.js'
import { tensorShapes } from './architecture.js'
import { type Card, PREPROCESSING, readCard } from './card.js'
import { type IntegerNetwork, unpackIntegers } from './integer-network.js'
import { readModelFile } from './read-file.js'
import { type Tensors, unpackTensors } from './tensor-file.js'

/** Weights with their card. */
export interface Model {
  card: Card
  tensors: Tensors
  /** Where the card names them. */
  integers?: IntegerNetwork
}

/**
 * Reads a model's folder.
 *
 * @throws UsageError when the card or the weights are missing, damaged or of another version
 */
export function loadModel(folder: string): Model {
  const card = readCard(folder)
  if (card.preprocessing !== PREPROCESSING) {
    throw new UsageError(
      `Expected weights for preprocessing ${PREPROCESSING} in ${folder} but they are for preprocessing ${card.preprocessing}: train or install matching ones.`,
    )
  }
  if (card.statistics.names.join() !== STATISTICS.join()) {
    throw new UsageError(
      `Expected weights for the statistics ${STATISTICS.join(', ')} in ${folder} but they are for ${card.statistics.names.join(', ')}: train or install matching ones.`,
    )
  }
  const tensors = readTensors(folder, card)
  const file = join(folder, card.weights.file)
  for (const [name, shape] of Object.entries(tensorShapes(STATISTICS.length, tensors['hidden/bias']?.length))) {
    const size = shape.reduce((a, b) => a * b)
    const found = tensors[name]?.length ?? 0
    if (found !== size) throw new UsageError(`Expected ${size} numbers for "${name}" in ${file} but found ${found}.`)
  }
  return card.int8 ? { card, tensors, integers: readPart(folder, card.int8, unpackIntegers) } : { card, tensors }
}

/**
 * Reads the weights that a card names, whatever preprocessing and statistics they are for.
 *
 * @throws UsageError when they are missing or damaged
 */
export function readTensors(folder: string, card: Card): Tensors {
  return readPart(folder, card.weights, (bytes) => unpackTensors(bytes).tensors)
}

/** A file of weights that the card names. */
function readPart<T>(folder: string, part: Card['weights'], unpack: (bytes: Uint8Array) => T): T {
  const file = join(folder, part.file)
  const bytes = readModelFile(file, 'weights')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== part.sha256) {
    throw new UsageError(
      `Expected weights with SHA-256 ${part.sha256} at ${file} but found ${sha256}: install the package again.`,
    )
  }
  try {
    return unpack(bytes)
  } catch (error) {
    throw new UsageError(`${(error as Error).message.slice(0, -1)} (${file}).`)
  }
}
