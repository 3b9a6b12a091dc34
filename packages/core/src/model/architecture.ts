import type { Tensor, Tensor1D, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'

/** TensorFlow.js's functions, whichever copy of it owns the tensors at hand. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core')

/** One convolution of f(.). */
export interface Convolution {
  name: string
  inputs: number
  filters: number
  stride: 1 | 2
}

/**
 * f(.): eight 3 x 3 convolutions with ReLU and "same" padding. The feature map has a quarter of the image's scale and
 * 128 channels; one of its cells sees 45 x 45 pixels.
 *
 * Source: Kim, Nguyen, Lee 2019, figure 2.
 */
export const CONVOLUTIONS: readonly Convolution[] = [
  { name: 'conv1', inputs: 1, filters: 48, stride: 1 },
  { name: 'conv2', inputs: 48, filters: 48, stride: 2 },
  { name: 'conv3', inputs: 48, filters: 64, stride: 1 },
  { name: 'conv4', inputs: 64, filters: 64, stride: 2 },
  { name: 'conv5', inputs: 64, filters: 64, stride: 1 },
  { name: 'conv6', inputs: 64, filters: 64, stride: 1 },
  { name: 'conv7', inputs: 64, filters: 128, stride: 1 },
  { name: 'conv8', inputs: 128, filters: 128, stride: 1 },
]

/** Pixels of the image to a cell of the feature map, along one side. */
export const FEATURE_SCALE = 4

/** Channels of the feature map. */
export const FEATURES = 128

/** Width of the hidden layer of a head as it is trained. Heads that were set side by side are as wide as all of them. */
export const HIDDEN = 512

/** What the second head tells apart, in the order of its outputs: what is most wrong with a picture. */
export const FAULTS = ['none', 'compression', 'blur', 'noise', 'banding', 'over-sharpening'] as const

/**
 * Every tensor of the model: its name and shape. Convolutions are `[3, 3, inputs, filters]`, dense `[inputs, outputs]`.
 *
 * @param hidden the width of the head's hidden layer
 */
export function tensorShapes(statistics: number, hidden = HIDDEN): Record<string, number[]> {
  const shapes: Record<string, number[]> = {}
  for (const { name, inputs, filters } of CONVOLUTIONS) {
    shapes[`${name}/kernel`] = [3, 3, inputs, filters]
    shapes[`${name}/bias`] = [filters]
  }
  shapes['error/kernel'] = [1, 1, FEATURES, 1]
  shapes['error/bias'] = [1]
  shapes['hidden/kernel'] = [FEATURES + statistics, hidden]
  shapes['hidden/bias'] = [hidden]
  shapes['quality/kernel'] = [hidden, 1]
  shapes['quality/bias'] = [1]
  shapes['fault/kernel'] = [hidden, FAULTS.length]
  shapes['fault/bias'] = [FAULTS.length]
  return shapes
}

type Weights = Record<string, Tensor>

/**
 * f(.) as a TensorFlow.js graph.
 *
 * @param tf the copy of TensorFlow.js that owns the tensors: inference and training bring different ones
 * @param tiles Î in units of 16 gray levels, shape `[count, height, width, 1]`
 * @returns the feature map, shape `[count, height / 4, width / 4, 128]`
 */
export function featureMap(tf: TensorFlow, weights: Weights, tiles: Tensor4D): Tensor4D {
  let x = tiles
  for (const { name, stride } of CONVOLUTIONS) {
    const filter = weights[`${name}/kernel`] as Tensor4D
    const bias = weights[`${name}/bias`] as Tensor1D
    x = tf.fused.conv2d({ x, filter, strides: stride, pad: 'same', bias, activation: 'relu' })
  }
  return x
}

/**
 * g(.): the predicted error map, one linear 1 x 1 convolution.
 *
 * @returns |Î_reference − Î|^0.2 with Î in [-1, 1], shape `[count, height / 4, width / 4, 1]`
 */
export function errorMap(tf: TensorFlow, weights: Weights, features: Tensor4D): Tensor4D {
  const filter = weights['error/kernel'] as Tensor4D
  return tf.fused.conv2d({ x: features, filter, strides: 1, pad: 'same', bias: weights['error/bias'] as Tensor1D })
}

/** What the two heads say. */
export interface Heads {
  /** Quality before calibration, shape `[count, 1]`. */
  quality: Tensor2D
  /** Logits of {@link FAULTS}, shape `[count, FAULTS.length]`. */
  faults: Tensor2D
}

/**
 * The heads: the features' means and the whole image's standardised statistics through one hidden layer, which quality
 * and fault share.
 *
 * @param pooled shape `[count, 128]`
 * @param statistics shape `[count, statistics]`, mean 0 and deviation 1 over the training set
 * @param thinned what training does to the hidden layer, shape `[count, hidden]`
 */
export function heads(
  tf: TensorFlow,
  weights: Weights,
  pooled: Tensor2D,
  statistics: Tensor2D,
  thinned = (hidden: Tensor2D) => hidden,
): Heads {
  const dense = (x: Tensor2D, name: string): Tensor2D =>
    tf.add(tf.matMul(x, weights[`${name}/kernel`] as Tensor2D), weights[`${name}/bias`]!)
  const hidden = thinned(tf.relu(dense(tf.concat([pooled, statistics], 1), 'hidden')))
  return { quality: dense(hidden, 'quality'), faults: dense(hidden, 'fault') }
}
