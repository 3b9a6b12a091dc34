import { FEATURE_SCALE } from '@diqa/core/model'
import type { Scalar, Tensor4D } from '@tensorflow/tfjs-core'
import type { Network } from '../network/network.js'
import { type ErrorMapOptions, errorTarget } from './error-target.js'

/** The true error maps of a batch of patches, and the trust in their cells: shape `[count, side / 4, side / 4, 1]`. */
export function mapTargets(
  { tf }: Network,
  reference: Int8Array,
  distorted: Int8Array,
  side: number,
  options?: ErrorMapOptions,
): { target: Tensor4D; reliability: Tensor4D } {
  const [pixels, cells] = [side * side, (side / FEATURE_SCALE) ** 2]
  const count = distorted.length / pixels
  const error = new Float32Array(count * cells)
  const trust = new Float32Array(count * cells)
  for (let i = 0; i < count; i++) {
    errorTarget(
      reference.subarray(i * pixels, (i + 1) * pixels),
      distorted.subarray(i * pixels, (i + 1) * pixels),
      side,
      error.subarray(i * cells, (i + 1) * cells),
      trust.subarray(i * cells, (i + 1) * cells),
      options,
    )
  }
  const shape: [number, number, number, number] = [count, side / FEATURE_SCALE, side / FEATURE_SCALE, 1]
  return { target: tf.tensor4d(error, shape), reliability: tf.tensor4d(trust, shape) }
}

/** Mean of ((g − target) · r̂)². Source: Kim, Nguyen, Lee 2019, equation 4. */
export function mapLoss({ tf }: Network, prediction: Tensor4D, target: Tensor4D, reliability: Tensor4D): Scalar {
  return tf.mean(tf.square(tf.mul(tf.sub(prediction, target), reliability)))
}
