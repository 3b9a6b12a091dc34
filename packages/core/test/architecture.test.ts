import type { Tensor, Tensor4D } from '@tensorflow/tfjs-core'
import { beforeAll, describe, expect, test } from 'vitest'
import { STATISTICS } from '../src/image/statistics.js'
import { CONVOLUTIONS, errorMap, FEATURE_SCALE, featureMap, tensorShapes } from '../src/model/architecture.js'
import type { Tensors } from '../src/model/tensor-file.js'
import { magnitudeTensors, randomTensors } from './support/model.js'
import { tensorFlow } from './support/tensorflow.js'

let tf: Awaited<ReturnType<typeof tensorFlow>>
beforeAll(async () => {
  tf = await tensorFlow()
})

function weightsOf(tensors: Tensors): Record<string, Tensor> {
  const shapes = Object.entries(tensorShapes(STATISTICS.length)).filter(([name]) => /^(conv|error)/.test(name))
  return Object.fromEntries(shapes.map(([name, shape]) => [name, tf.tensor(tensors[name]!, shape)]))
}

const product = (shape: number[]) => shape.reduce((a, b) => a * b)

describe('tensors', () => {
  const shapes = tensorShapes(22)

  test('have the paper’s shapes, but for a wider head', () => {
    expect(shapes['conv1/kernel']).toEqual([3, 3, 1, 48])
    expect(shapes['conv8/kernel']).toEqual([3, 3, 128, 128])
    expect(shapes['error/kernel']).toEqual([1, 1, 128, 1])
    expect(shapes['hidden/kernel']).toEqual([150, 512])
    expect(shapes['quality/kernel']).toEqual([512, 1])
    expect(shapes['fault/kernel']).toEqual([512, 6])
    expect(Object.keys(shapes)).toHaveLength(24)
  })

  test('of heads that stand side by side are as wide as all of them', () => {
    const wide = tensorShapes(22, 1024)
    expect([wide['hidden/kernel'], wide['hidden/bias'], wide['quality/kernel']]).toEqual([
      [150, 1024],
      [1024],
      [1024, 1],
    ])
    expect(wide['conv8/kernel']).toEqual(shapes['conv8/kernel'])
  })

  test('are 381,200 numbers in f, 129 in g and 77,825 in the head', () => {
    const count = (part: RegExp) =>
      Object.entries(shapes).reduce((sum, [name, shape]) => sum + (part.test(name) ? product(shape) : 0), 0)
    expect([count(/^conv/), count(/^error/), count(/^(hidden|quality)/)]).toEqual([381200, 129, 77825])
  })

  test('each convolution takes what the one before it gives', () => {
    const [inputs, filters] = [CONVOLUTIONS.map(({ inputs }) => inputs), CONVOLUTIONS.map(({ filters }) => filters)]
    expect(inputs.slice(1)).toEqual(filters.slice(0, -1))
  })
})

test('f costs 33,264 multiplications and additions a pixel', () => {
  let [scale, cost] = [1, 0]
  for (const { inputs, filters, stride } of CONVOLUTIONS) {
    scale *= stride
    cost += (9 * inputs * filters) / scale ** 2
  }
  expect([cost, scale]).toEqual([33264, FEATURE_SCALE])
})

test('the feature map has a quarter of the scale and 128 channels, the error map one', () => {
  const weights = weightsOf(randomTensors())
  const features = featureMap(tf, weights, tf.zeros([2, 32, 48, 1]))
  expect(features.shape).toEqual([2, 8, 12, 128])
  expect(errorMap(tf, weights, features).shape).toEqual([2, 8, 12, 1])
})

test('the error map is linear: it can be negative', async () => {
  const tensors = magnitudeTensors()
  tensors['error/kernel']![0] = -1
  const weights = weightsOf(tensors)
  const map = await errorMap(tf, weights, featureMap(tf, weights, tf.ones([1, 32, 32, 1]))).data()
  expect(Math.min(...map)).toBeLessThan(-0.5)
})

/** A feature of positive weights is more than 0 where, and only where, a pixel that is not 0 reaches it. */
test('a cell of the feature map sees 45 x 45 pixels, less than 24 beyond itself', async () => {
  const weights = weightsOf(
    Object.fromEntries(
      Object.entries(randomTensors()).map(([name, values]) => [
        name,
        name.endsWith('bias') ? values.fill(0) : values.map(Math.abs),
      ]),
    ),
  )
  const [side, cell] = [96, 12]
  // One tile for each column of pixels, which alone is not 0, or for each row.
  const stripes = tf.tile(tf.reshape(tf.eye(side), [side, 1, side, 1]), [1, 8, 1, 1]) as Tensor4D
  for (const along of ['x', 'y'] as const) {
    const tiles = along === 'x' ? stripes : tf.transpose(stripes, [0, 2, 1, 3])
    const features = featureMap(tf, weights, tiles)
    const [from, size] =
      along === 'x'
        ? [
            [0, 0, cell, 0],
            [-1, 1, 1, 1],
          ]
        : [
            [0, cell, 0, 0],
            [-1, 1, 1, 1],
          ]
    const values = await tf.slice(features, from, size).data()
    const seen = [...values.keys()].filter((pixel) => values[pixel]! > 0)
    expect(seen).toHaveLength(45)
    expect(seen.at(-1)! - seen[0]! + 1).toBe(45)
    expect(cell * FEATURE_SCALE - seen[0]!).toBeLessThanOrEqual(24)
    expect(seen.at(-1)! - (cell + 1) * FEATURE_SCALE + 1).toBeLessThanOrEqual(24)
  }
})
