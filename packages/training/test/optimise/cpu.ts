import * as tf from '@tensorflow/tfjs-core'
// The main module has no gradients; tfjs-node brings them along.
import '@tensorflow/tfjs-core/dist/register_all_gradients.js'
import '@tensorflow/tfjs-backend-cpu'

// Without this the backend recommends tfjs-node, in the middle of the test report.
tf.env().set('IS_TEST', true)
await tf.setBackend('cpu')

/** Two variables whose loss has the gradients that the reference values of the optimisers were computed with. */
export function quadratic() {
  const matrix = tf.variable(tf.tensor2d([1, -2, 3, 0.5], [2, 2]))
  const bias = tf.variable(tf.tensor1d([0.1, 4]))
  const curvature = tf.tensor2d([1, 10, 0.1, 3], [2, 2])
  const target = tf.tensor2d([0, 1, -1, 0.5], [2, 2])
  const loss = (): tf.Scalar =>
    tf.add(tf.sum(tf.mul(tf.mul(curvature, 0.5), tf.square(tf.sub(matrix, target)))), tf.sum(tf.square(bias)))
  const values = () => [...matrix.dataSync(), ...bias.dataSync()]
  return { variables: { matrix, bias }, loss, values }
}

export { tf }
