import { join } from 'node:path'
import { UsageError } from '../usage-error.js'
import { readModelFile } from './read-file.js'

/** Raised whenever the way from bytes to the network's input changes: cached scores of another version are stale. */
export const PREPROCESSING = 3

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

/** @throws UsageError when the card is missing or damaged */
export function readCard(folder: string): Card {
  const file = join(folder, 'card.json')
  const text = readModelFile(file, 'the model card').toString('utf8')
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
