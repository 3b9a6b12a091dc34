import { availableParallelism } from 'node:os'
import type { Settings } from './options.js'

/** What a scorer does where its options say nothing. */
export const DEFAULTS: Settings = {
  engine: 'auto',
  device: 'auto',
  maxPixels: 8 * 128 * 128,
  concurrency: availableParallelism(),
  background: '#fff',
  limitInputPixels: 0x3fff ** 2,
  model: undefined,
}

/** The least and the most that a scorer's whole numbers can be. */
export const RANGES = {
  maxPixels: [32 * 32, 2 ** 30],
  concurrency: [1, 256],
  limitInputPixels: [1, 2 ** 31],
} as const
