import { FEATURES, HIDDEN, type Tensors } from '@diqa/core/model'
import type { Standard } from './network.js'

/** What a network starts with: pooled features as they are. */
export const UNCHANGED: Standard = {
  mean: Array.from({ length: FEATURES }, () => 0),
  deviation: Array.from({ length: FEATURES }, () => 1),
}

/**
 * Weights that do with pooled features as they are what the given ones do with standardised ones: the division and the
 * subtraction move into the hidden layer, so that core need not know of them.
 */
export function foldPooledStandard(weights: Tensors, { mean, deviation }: Standard): Tensors {
  const kernel = Float32Array.from(weights['hidden/kernel']!)
  const bias = Float64Array.from(weights['hidden/bias']!)
  for (let feature = 0; feature < FEATURES; feature++) {
    for (let unit = 0; unit < HIDDEN; unit++) {
      const at = feature * HIDDEN + unit
      kernel[at]! /= deviation[feature]!
      bias[unit]! -= mean[feature]! * kernel[at]!
    }
  }
  return { ...weights, 'hidden/kernel': kernel, 'hidden/bias': Float32Array.from(bias) }
}
