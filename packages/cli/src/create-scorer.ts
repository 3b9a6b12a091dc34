import type { Scorer, ScorerOptions } from '@diqa/core'
import { sharpOfCore } from './sharp-of-core.js'

/** Makes a scorer; tests pass their own. */
export type CreateScorer = (options: ScorerOptions) => Promise<Scorer>

/** Loads the network only when there is something to score: help and mistakes are answered at once. */
export const createScorer: CreateScorer = async (options) => {
  const core = await import('@diqa/core')
  // libvips remembers what it did last; no image comes twice, so that is only memory. The process is ours to say so.
  sharpOfCore().cache(false)
  return core.createScorer(options)
}
