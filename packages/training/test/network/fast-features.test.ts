import { CONVOLUTIONS, featureMap } from '@diqa/core/model'
import type { Scalar, Tensor4D, Variable } from '@tensorflow/tfjs-core'
import { expect, test, vi } from 'vitest'
import { type FeatureMap, fastestPrecision, fastFeatures, PRECISIONS } from '../../src/network/fast-features.js'
import { Network } from '../../src/network/network.js'
import { random } from '../../src/random.js'
import { tf as cpu } from '../optimise/cpu.js'
import { nativeTensorFlow } from '../tiny.js'

const shape: [number, number, number, number] = [2, 20, 28, 1]

// 20 x 28: not a multiple of 8, so that "same" padding is uneven at the second stride.
function tiles(): Float32Array {
  const rng = random('gradient')
  return Float32Array.from({ length: 2 * 20 * 28 }, () => 4 * (rng() - 0.5))
}

test("other backends run core's own graph", () => {
  const { variables } = new Network(cpu, 'gradient')
  const given = cpu.tensor4d(tiles(), shape)
  const received = fastFeatures(cpu, 'bfloat16')(variables, given)
  expect(received.dataSync()).toEqual(featureMap(cpu, variables, given).dataSync())
})

// bfloat16 has 8 bits of precision, and eight layers to lose them in.
test.for([
  ['float32', 1e-4],
  ['bfloat16', 0.1],
] as const)(
  "%s: values and gradients are those of TensorFlow.js's own convolutions",
  async ([precision, tolerance], context) => {
    const tf = await nativeTensorFlow(context)
    const { variables } = new Network(tf, 'gradient')
    const trained = CONVOLUTIONS.flatMap(({ name }) => [variables[`${name}/kernel`]!, variables[`${name}/bias`]!])
    for (const bias of trained.filter(({ rank }) => rank === 1)) {
      bias.assign(tf.randomUniform(bias.shape, -0.1, 0.1, 'float32', 7))
    }
    const gradientsOf = (features: FeatureMap) =>
      tf.variableGrads(() => tf.sum(tf.square(features(variables, tf.tensor4d(tiles(), shape)))) as Scalar, trained)
    const plain = gradientsOf((weights: Record<string, Variable>, x: Tensor4D) => featureMap(tf, weights, x))
    const fast = gradientsOf(fastFeatures(tf, precision))

    const size = (values: Float32Array) => Math.sqrt(values.reduce((sum, value) => sum + value ** 2, 0))
    expect(Math.abs(fast.value.dataSync()[0]! / plain.value.dataSync()[0]! - 1)).toBeLessThan(tolerance)
    expect(Object.keys(fast.grads)).toHaveLength(16)
    for (const [name, gradient] of Object.entries(plain.grads)) {
      const expected = gradient.dataSync() as Float32Array
      const received = fast.grads[name]!.dataSync()
      expect(size(expected)).toBeGreaterThan(0)
      expect(size(expected.map((value, i) => value - received[i]!)) / size(expected)).toBeLessThan(tolerance)
    }
  },
)

test.for(PRECISIONS)('%s: nothing is left behind', async (precision, context) => {
  const tf = await nativeTensorFlow(context)
  const { variables } = new Network(tf, 'gradient')
  const features = fastFeatures(tf, precision)
  const once = () => {
    const made = () => tf.sum(features(variables, tf.tensor4d(tiles(), shape))) as Scalar
    tf.tidy(made).dispose()
    tf.tidy(() => tf.variableGrads(made, Object.values(variables)).value).dispose()
  }
  // TensorFlow.js keeps a number of its own from the first time on.
  once()
  const before = tf.memory().numTensors
  once()
  expect(tf.memory().numTensors).toBe(before)
})

test.for([
  [100, 'float32'],
  [9, 'float32'],
  [5, 'bfloat16'],
] as const)('where float32 takes 10 ms and bfloat16 %i ms, %s is taken', async ([milliseconds, expected], context) => {
  const tf = await nativeTensorFlow(context)
  const before = tf.memory().numTensors
  // Four runs of bfloat16, then four of float32: the clock is read at both ends of each.
  const readings = [milliseconds, 10].flatMap((taken) => [0, taken, 0, taken, 0, taken, 0, taken])
  const clock = vi.spyOn(performance, 'now').mockImplementation(() => readings.shift() ?? 0)
  expect(fastestPrecision(tf)).toBe(expected)
  clock.mockRestore()
  expect(readings).toEqual([])
  expect(tf.memory().numTensors).toBe(before)
})
