import type { Tensor } from '@tensorflow/tfjs-core'
import type { TensorFlow } from './tensorflow.js'

/**
 * The numbers in tensors that a function makes; of what it makes nothing stays. All are on their way at once. Not through
 * `dataSync`: a GPU's memory cannot be read while JavaScript stands still.
 */
export async function numbersOf(tf: TensorFlow, make: () => Tensor[]): Promise<Float32Array[]> {
  const tensors = tf.tidy(make)
  try {
    return await Promise.all(tensors.map((tensor) => tensor.data<'float32'>()))
  } finally {
    tf.dispose(tensors)
  }
}
