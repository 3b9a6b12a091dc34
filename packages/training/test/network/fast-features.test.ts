import { featureMap } from '@diqa/core/model'
import type { Scalar } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { withFastConvolution } from '../../src/network/fast-convolution.js'
import { Network } from '../../src/network/network.js'
import { random } from '../../src/random.js'
import { tf as cpu } from '../optimise/cpu.js'
import { nativeTensorFlow } from '../tiny.js'

test('other backends keep the namespace that they have', () => {
  expect(withFastConvolution(cpu)).toBe(cpu)
})

test("values and gradients are those of TensorFlow.js's own convolution", async (context) => {
  const tf = await nativeTensorFlow(context)
  const fast = withFastConvolution(tf)
  expect(fast).not.toBe(tf)
  const { variables } = new Network(tf, 'gradient')
  const rng = random('gradient')
  const bias = (name: string) =>
    variables[name]!.assign(tf.randomUniform(variables[name]!.shape, -0.1, 0.1, 'float32', 7))
  for (const name of Object.keys(variables)) if (name.endsWith('/bias')) bias(name)
  // 20 x 28: not a multiple of 8, so that "same" padding is uneven at the second stride.
  const tiles = tf.tensor4d(
    Float32Array.from({ length: 2 * 20 * 28 }, () => 4 * (rng() - 0.5)),
    [2, 20, 28, 1],
  )
  const trained = Object.values(variables)
    .filter(({ shape }) => shape.length === 4 || shape[0] !== 1)
    .slice(0, 16)
  const gradientsWith = (namespace: typeof tf) =>
    tf.variableGrads(() => tf.sum(tf.square(featureMap(namespace, variables, tiles))) as Scalar, trained)
  const [plain, fused] = [gradientsWith(tf), gradientsWith(fast)]

  const largest = (values: Float32Array) => values.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  expect(fused.value.dataSync()[0]! / plain.value.dataSync()[0]!).toBeCloseTo(1, 5)
  expect(Object.keys(fused.grads)).toHaveLength(16)
  for (const [name, gradient] of Object.entries(plain.grads)) {
    const expected = gradient.dataSync() as Float32Array
    const received = fused.grads[name]!.dataSync()
    expect(largest(expected)).toBeGreaterThan(0)
    const difference = largest(expected.map((value, i) => value - received[i]!))
    expect(difference / largest(expected)).toBeLessThan(1e-4)
  }
})
