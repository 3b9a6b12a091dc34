import type { Tensor2D } from '@tensorflow/tfjs-core'
import { random } from '../random.js'
import type { TensorFlow } from '../tensorflow.js'

/**
 * What a step leaves out of the hidden layer: another part each time, so that a wide layer learns for long before it knows
 * the training pictures by heart.
 *
 * Source: Srivastava and others, JMLR 2014.
 *
 * @param share of the hidden layer, 0 to less than 1
 * @returns nothing where nothing is left out
 */
export function thinning(
  tf: TensorFlow,
  share: number | undefined,
  seed: number,
): ((hidden: Tensor2D) => Tensor2D) | undefined {
  if (!share) return undefined
  return (hidden) => tf.dropout(hidden, share, undefined, seed) as Tensor2D
}

/** The seed of a step's {@link thinning}. */
export function dropoutSeed(seed: string, step: number): number {
  return Math.floor(random(`${seed}/dropout ${step}`)() * 2 ** 31)
}
