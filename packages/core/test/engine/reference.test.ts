import type { Tensor } from '@tensorflow/tfjs-core'
import { expect, test } from 'vitest'
import { referenceFeatures } from '../../src/engine/reference.js'
import { trialTiles } from '../../src/engine/trial.js'
import { featureMap, tensorShapes } from '../../src/model/architecture.js'
import { magnitudeTensors, randomTensors } from '../support/model.js'
import { tensorFlow } from '../support/tensorflow.js'

test('is what TensorFlow.js makes of the same graph', async () => {
  const tf = await tensorFlow()
  const tensors = randomTensors(5)
  const shapes = Object.entries(tensorShapes(0)).filter(([name]) => name.startsWith('conv'))
  const weights: Record<string, Tensor> = Object.fromEntries(
    shapes.map(([name, shape]) => [name, tf.tensor(tensors[name]!, shape)]),
  )
  const tiles = { ...trialTiles(3, 16), height: 8, width: 32 }
  const map = featureMap(tf, weights, tf.tensor4d(tiles.data, [3, 8, 32, 1]))
  const expected = await tf.mean(map, [1, 2]).data()
  const features = referenceFeatures(tensors, tiles)
  const scale = Math.max(...expected)
  expect(features).toHaveLength(3 * 128)
  const apart = features.map((value, i) => Math.abs(value - expected[i]!))
  expect(Math.max(...apart)).toBeLessThan(1e-5 * scale)
})

test('of known weights is known', () => {
  const tiles = { data: new Float32Array(64 * 64).fill(-2), count: 1, height: 64, width: 64 }
  const [first, ...others] = referenceFeatures(magnitudeTensors(), tiles)
  // The mean of |Î| around each cell, where beyond the edges there is nothing.
  expect(first).toBeGreaterThan(1)
  expect(first).toBeLessThan(2)
  expect(Math.max(...others)).toBe(0)
})
