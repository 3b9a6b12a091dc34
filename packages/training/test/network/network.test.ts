import { headsOf, type Model, STATISTICS, tensorShapes } from '@diqa/core/model'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Network } from '../../src/network/network.js'
import { foldPooledStandard } from '../../src/network/pooled-standard.js'
import { random } from '../../src/random.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork } from '../tiny.js'

const shapes = Object.entries(tensorShapes(STATISTICS.length))

describe("He's initialisation", async () => {
  const weights = await new Network(tf, 'he').weights()
  const drawn = shapes.filter(([name]) => /^(conv\d|hidden)\/kernel$/.test(name))

  test.each(drawn)('%s has mean 0 and variance 2 / inputs', (name, shape) => {
    const values = weights[name]!
    const inputs = values.length / shape.at(-1)!
    const mean = values.reduce((a, b) => a + b) / values.length
    const variance = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length
    // Five standard errors: the first layer has only 432 weights.
    expect(Math.abs(variance / (2 / inputs) - 1)).toBeLessThan(5 * Math.sqrt(2 / values.length))
    expect(Math.abs(mean)).toBeLessThan(5 * Math.sqrt(2 / inputs / values.length))
  })

  test('the last layers and all biases start at 0', () => {
    const zero = shapes.map(([name]) => name).filter((name) => !drawn.some(([other]) => other === name))
    expect(zero).toContain('quality/kernel')
    expect(zero).toContain('error/kernel')
    for (const name of zero) expect(weights[name]!.every((value) => value === 0)).toBe(true)
  })
})

test('the same seed gives the same weights, as text too, and another seed others', async () => {
  const one = await new Network(tf, 1).weights()
  expect(await new Network(tf, '1').weights()).toEqual(one)
  expect((await new Network(tf, 2).weights())['conv1/kernel']).not.toEqual(one['conv1/kernel'])
})

describe('assign', () => {
  test('takes what is given and leaves the rest', async () => {
    const network = new Network(tf, 3)
    const before = await network.weights()
    network.assign({ 'conv8/bias': new Float32Array(128).fill(2), unknown: new Float32Array(1) })
    expect(await network.weights()).toEqual({ ...before, 'conv8/bias': new Float32Array(128).fill(2) })
  })

  test('refuses weights of another shape', () => {
    const network = new Network(tf, 3)
    expect(() => network.assign({ 'conv8/bias': new Float32Array(64) })).toThrow(
      'Expected 128 numbers for the weights "conv8/bias", received 64.',
    )
  })

  test('weights are copies', async () => {
    const network = new Network(tf, 3)
    ;(await network.weights())['conv8/bias']!.fill(9)
    expect((await network.weights())['conv8/bias']![0]).toBe(0)
  })
})

test("the heads of a batch are core's heads of the same pooled features", async () => {
  const network = livelyNetwork(tf, 4)
  const rng = random('batch')
  network.standard = { mean: STATISTICS.map(() => rng()), deviation: STATISTICS.map(() => 0.5 + rng()) }
  network.pooledStandard = {
    mean: network.pooledStandard.mean.map(() => rng()),
    deviation: network.pooledStandard.deviation.map(() => 0.5 + rng()),
  }
  const count = 3
  const levels = Int8Array.from({ length: count * 24 * 16 }, () => 60 * (rng() - 0.5))
  const statistics = Float32Array.from({ length: count * STATISTICS.length }, () => 2 * rng())
  const [quality, faults, pooled] = tf.tidy(() => {
    const features = network.features({ levels, count, width: 24, height: 16 })
    expect(features.shape).toEqual([count, 4, 6, 128])
    expect(network.errorMap(features).shape).toEqual([count, 4, 6, 1])
    const mean = tf.mean(features, [1, 2]) as Tensor2D
    const heads = network.heads(mean, statistics)
    return [[...heads.quality.dataSync()], heads.faults.arraySync(), mean.arraySync()]
  })
  // The division by the deviation and the subtraction of the mean move into the weights that core gets.
  const model = {
    card: { statistics: network.standard },
    tensors: foldPooledStandard(await network.weights(), network.pooledStandard),
  } as unknown as Model
  const expected = pooled.map((features, i) =>
    headsOf(model, features, statistics.subarray(i * STATISTICS.length, (i + 1) * STATISTICS.length)),
  )
  expect(new Set(quality.map((value) => value.toFixed(3))).size).toBe(count)
  for (const [i, plain] of expected.entries()) {
    expect(quality[i]).toBeCloseTo(plain.quality, 4)
    for (const [k, logit] of plain.faults.entries()) expect(faults[i]![k]).toBeCloseTo(logit, 4)
  }
})
