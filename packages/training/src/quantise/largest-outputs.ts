import { CONVOLUTIONS, GRAY_LEVELS_PER_UNIT, type Tensors } from '@diqa/core/model'
import type { Tensor4D } from '@tensorflow/tfjs-core'
import type { Patches } from '../network/network.js'
import type { TensorFlow } from '../tensorflow.js'

/**
 * The largest output of each filter of each convolution, as `quantise` takes it.
 *
 * @param tiles what the network will look at: as many kinds of pictures as it will be given
 */
export function largestOutputs(tf: TensorFlow, weights: Tensors, tiles: Iterable<Patches>): number[][] {
  const largest = CONVOLUTIONS.map(({ filters }) => Array<number>(filters).fill(0))
  for (const { levels, count, height, width } of tiles) {
    tf.tidy(() => {
      const units = Float32Array.from(levels, (level) => level / GRAY_LEVELS_PER_UNIT)
      let x: Tensor4D = tf.tensor4d(units, [count, height, width, 1])
      CONVOLUTIONS.forEach(({ name, inputs, filters, stride }, layer) => {
        const filter = tf.tensor4d(weights[`${name}/kernel`]!, [3, 3, inputs, filters])
        const bias = tf.tensor1d(weights[`${name}/bias`]!)
        x = tf.fused.conv2d({ x, filter, strides: stride, pad: 'same', bias, activation: 'relu' }) as Tensor4D
        const outputs = tf.max(x, [0, 1, 2]).dataSync()
        largest[layer] = largest[layer]!.map((most, filter) => Math.max(most, outputs[filter]!))
      })
    })
  }
  return largest
}
