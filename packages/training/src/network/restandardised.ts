import type { Tensors } from '@diqa/core/model'
import type { Standard } from './network.js'

/**
 * Weights that do with inputs of one standard what the given ones do with inputs of another: the division and the
 * subtraction move into the hidden layer.
 *
 * @param first the hidden layer's first input that is meant; the standards have a number for it and for each that follows
 * @param from the standard that the weights were trained with
 * @param to the standard that their inputs will have
 */
export function restandardised(weights: Tensors, first: number, from: Standard, to: Standard): Tensors {
  const kernel = Float32Array.from(weights['hidden/kernel']!)
  const bias = Float64Array.from(weights['hidden/bias']!)
  for (const [i, mean] of from.mean.entries()) {
    const deviation = from.deviation[i]!
    for (let unit = 0; unit < bias.length; unit++) {
      const at = (first + i) * bias.length + unit
      bias[unit]! += ((to.mean[i]! - mean) / deviation) * kernel[at]!
      kernel[at]! *= to.deviation[i]! / deviation
    }
  }
  return { ...weights, 'hidden/kernel': kernel, 'hidden/bias': Float32Array.from(bias) }
}
