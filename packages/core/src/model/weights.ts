import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { STATISTICS } from '../image/statistics.js'
import { UsageError } from '../usage-error.js'
import { tensorShapes } from './architecture.js'
import { type IntegerNetwork, unpackIntegers } from './integer-network.js'
import { type Tensors, unpackTensors } from './tensor-file.js'

/** Raised whenever the way from bytes to the network's input changes: cached scores of another version are stale. */
export const PREPROCESSING = 1

/** `card.json`: what the weights are, and what the head needs beside them. */
export interface Card {
  id: string
  preprocessing: number
  weights: { file: string; sha256: string }
  /** f(.) in whole numbers, for the engine `wasm`, and the data that its ranges were found on. */
  int8?: { file: string; sha256: string; data: { name: string; sha256: string; images: number }[] }
  /** Of each of the statistics over the training images. */
  statistics: { names: readonly string[]; mean: number[]; deviation: number[] }
  /** The head's 0 on the scale of 0 to 100, and how much its 1 is. */
  quality: { centre: number; unit: number }
  /** Knots of the monotonic map from the head's scale to scores; x strictly rising, y never falling. */
  calibration: { x: number[]; y: number[] }
  /** What the training package says of data, seed and figures. */
  training?: Record<string, unknown>
}

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
  const { file, content: tensors } = readPart(folder, card.weights, (bytes) => unpackTensors(bytes).tensors)
  for (const [name, shape] of Object.entries(tensorShapes(STATISTICS.length))) {
    const size = shape.reduce((a, b) => a * b)
    const found = tensors[name]?.length ?? 0
    if (found !== size) throw new UsageError(`Expected ${size} numbers for "${name}" in ${file} but found ${found}.`)
  }
  return card.int8
    ? { card, tensors, integers: readPart(folder, card.int8, unpackIntegers).content }
    : { card, tensors }
}

/** A file of weights that the card names. */
function readPart<T>(
  folder: string,
  part: Card['weights'],
  unpack: (bytes: Uint8Array) => T,
): { file: string; content: T } {
  const file = join(folder, part.file)
  const bytes = read(file, 'weights')
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  if (sha256 !== part.sha256) {
    throw new UsageError(
      `Expected weights with SHA-256 ${part.sha256} at ${file} but found ${sha256}: install the package again.`,
    )
  }
  try {
    return { file, content: unpack(bytes) }
  } catch (error) {
    throw new UsageError(`${(error as Error).message.slice(0, -1)} (${file}).`)
  }
}

/** @throws UsageError when the card is missing or damaged */
export function readCard(folder: string): Card {
  const file = join(folder, 'card.json')
  const text = read(file, 'the model card').toString('utf8')
  const card = parse(text, file)
  const missing = PARTS.filter((part) => card?.[part] === undefined)
  if (missing.length === 0) return card as Card
  throw new UsageError(`Expected ${PARTS.join(', ')} in the model card at ${file} but found no ${missing.join(', ')}.`)
}

/** What no card can do without. */
const PARTS = ['id', 'preprocessing', 'weights', 'statistics', 'quality', 'calibration'] as const

function parse(text: string, file: string): Partial<Card> | null {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new UsageError(
      `Expected JSON for the model card at ${file} but found something else (${(error as Error).message}).`,
    )
  }
}

function read(file: string, what: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`Expected ${what} at ${file} but could not read it (${code}): install the package again.`)
  }
}
