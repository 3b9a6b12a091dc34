import { fileURLToPath } from 'node:url'
import type { Tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { compileKernels } from '../src/engine/wasm-kernels.js'
import { WasmNetwork } from '../src/engine/wasm-network.js'
import { CONVOLUTIONS, featureMap, tensorShapes } from '../src/model/architecture.js'
import { balance } from '../src/model/balance.js'
import { largestSum, possibleSums } from '../src/model/integer-network.js'
import { quantise } from '../src/model/quantise.js'
import type { Tensors } from '../src/model/tensor-file.js'
import { randomTensors, topsOf } from './support/model.js'
import { largestDifference, seeded } from './support/pixels.js'
import { tensorFlow } from './support/tensorflow.js'

const kernels = compileKernels(fileURLToPath(new URL('..', import.meta.url)))
const tf = await tensorFlow()

const random = seeded(11)
const tiles = {
  data: Float32Array.from({ length: 2 * 48 * 64 }, () => Math.round(40 * (random() - 0.5)) / 16),
  count: 2,
  height: 48,
  width: 64,
}

function floatFeatures(tensors: Tensors): Float32Array {
  const shapes = Object.entries(tensorShapes(0)).filter(([name]) => name.startsWith('conv'))
  const weights: Record<string, Tensor> = Object.fromEntries(
    shapes.map(([name, shape]) => [name, tf.tensor(tensors[name]!, shape)]),
  )
  const { data, count, height, width } = tiles
  return tf
    .mean(featureMap(tf, weights, tf.tensor4d(data, [count, height, width, 1])), [1, 2])
    .dataSync() as Float32Array
}

function integerFeatures(tensors: Tensors, tops: readonly (readonly number[])[]): Float32Array {
  return new WasmNetwork(kernels, quantise(tensors, tops), tensors).run(tiles, false).pooled
}

test('what the network says in whole numbers is what it says in floats, but for the rounding', () => {
  const tensors = randomTensors(4)
  const [float, integer] = [floatFeatures(tensors), integerFeatures(tensors, topsOf(Array(8).fill(40)))]
  const most = Math.max(...float)
  expect(most).toBeGreaterThan(0.5)
  expect(largestDifference(float, integer) / most).toBeLessThan(0.02)
})

test('filters may be of very different size, and have no weights at all', () => {
  const tensors = randomTensors(4)
  for (const name of Object.keys(tensors).filter((name) => name.startsWith('conv'))) {
    const filters = tensorShapes(0)[name]!.at(-1)!
    tensors[name] = tensors[name]!.map((value, i) => (value * [1, 0.001, 0, 0.3][(i % filters) & 3]!) as number)
  }
  const [float, integer] = [floatFeatures(tensors), integerFeatures(tensors, topsOf(Array(8).fill(4)))]
  expect(largestDifference(float, integer) / Math.max(...float)).toBeLessThan(0.05)
})

test('weights become coarser where sums would be too large', () => {
  const tensors = randomTensors(4)
  tensors['conv8/kernel']!.fill(0.01)
  const { convolutions } = quantise(tensors, topsOf(Array(8).fill(8)))
  const sums = possibleSums(7, convolutions[7]!)
  expect(Math.max(...sums)).toBeLessThan(largestSum(7))
  expect(Math.max(...sums)).toBeGreaterThan(largestSum(7) / 2)
  expect(convolutions[7]!.kernel[0]).toBeLessThan(127)
})

test('a convolution that never says anything', () => {
  const tensors = randomTensors(4)
  tensors['conv5/kernel']!.fill(0)
  tensors['conv5/bias']!.fill(-1)
  const pooled = integerFeatures(tensors, topsOf([40, 40, 40, 40, 0, 12, 12, 12]))
  expect(largestDifference(floatFeatures(tensors), pooled)).toBeLessThan(0.05)
})

test('faint outputs are made up to four times larger, and the network says the same', () => {
  const tensors = randomTensors(4)
  const tops = CONVOLUTIONS.map(({ filters }) => Array.from({ length: filters }, (_, i) => [32, 8, 0.1, 0][i & 3]!))
  const balanced = balance(tensors, tops)
  expect(largestDifference(floatFeatures(balanced.tensors), floatFeatures(tensors))).toBeLessThan(1e-4)
  for (const layer of balanced.tops.slice(0, -1)) expect(layer.slice(0, 4)).toEqual([32, 16, 0.4, 0])
  expect(balanced.tops.at(-1)).toEqual(tops.at(-1))
  expect(balanced.tensors['conv1/bias']![1]).toBe(2 * tensors['conv1/bias']![1]!)
})
