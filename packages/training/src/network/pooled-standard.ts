import { FEATURES, type Tensors } from '@diqa/core/model'
import type { Standard } from './network.js'
import { restandardised } from './restandardised.js'

/** What a network starts with: pooled features as they are. */
export const UNCHANGED: Standard = {
  mean: Array.from({ length: FEATURES }, () => 0),
  deviation: Array.from({ length: FEATURES }, () => 1),
}

/**
 * Weights that do with pooled features as they are what the given ones do with standardised ones: core need not know of
 * them.
 */
export function foldPooledStandard(weights: Tensors, pooled: Standard): Tensors {
  return restandardised(weights, 0, pooled, UNCHANGED)
}
