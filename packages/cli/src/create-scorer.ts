import type { Scorer, ScorerOptions } from '@diqa/core'

/** Makes a scorer; tests pass their own. */
export type CreateScorer = (options: ScorerOptions) => Promise<Scorer>

/** Loads the network only when there is something to score: help and mistakes are answered at once. */
export const createScorer: CreateScorer = async (options) => {
  const core = await import('@diqa/core')
  return core.createScorer(options)
}
