import type { Scalar, Tensor2D } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { Network } from '../../src/network/network.js'
import { OpinionSource, type OpinionWeights } from '../../src/stages/opinions.js'
import { tf } from '../optimise/cpu.js'
import { noisy } from './noisy.js'

const silent: OpinionWeights = {
  correlationWeight: 0,
  siblingWeight: 0,
  orderWeight: 0,
  faultWeight: 0,
  opinionAnchor: 1,
}

/** The loss of what is said, in units of 25 around 50, of four versions worth `meant`; the Huber loss alone is taken off. */
async function lossOf(said: number[], meant: number[], weights: Partial<OpinionWeights>): Promise<number> {
  const store = await noisy('versions')
  const source = new OpinionSource([{ store, perBatch: 4 }], [store.of('train')], '1')
  const network = new Network(tf, 1)
  const loss = (given: OpinionWeights) =>
    tf.tidy(() => {
      const heads = { quality: tf.tensor2d(said, [4, 1]), faults: tf.zeros([4, 6]) as Tensor2D }
      const opinions = {
        statistics: new Float32Array(0),
        truth: Float32Array.from(meant),
        faults: new Int32Array(4).fill(-1),
      }
      return (source.loss(network, heads, opinions, given) as Scalar).dataSync()[0]!
    })
  return loss({ ...silent, ...weights }) - loss(silent)
}

describe('order', () => {
  const meant = [1, 0.9, 0.8, 0.78]

  test('costs nearly nothing where it is right, and more than a difference of so little where it is wrong', async () => {
    const order = { orderWeight: 1 }
    expect(await lossOf([3, 2, 1, 0], meant, order)).toBeLessThan(0.001)
    const wrong = await lossOf([0.9, 1, 0.8, 0.78], meant, order)
    expect(wrong).toBeGreaterThan(0.01)
    expect(wrong).toBeGreaterThan(await lossOf([0.9, 1, 0.8, 0.78], meant, { siblingWeight: 1 }))
  })

  test('of what the judge can hardly tell apart is nobody asked', async () => {
    const order = { orderWeight: 1 }
    expect(await lossOf([3, 2, 0, 1], meant, order)).toBeCloseTo(await lossOf([3, 2, 1, 0], meant, order), 3)
    expect(await lossOf([3, 2, 1, 0], [1, 1, 1, 1], order)).toBe(0)
  })
})

test('differences between versions, wherever they lie on the scale', async () => {
  const meant = [0.5, 0, -0.5, -1]
  const siblings = { siblingWeight: 1 }
  expect(await lossOf([1.5, 1, 0.5, 0], meant, siblings)).toBeCloseTo(0, 6)
  expect(await lossOf([0, 0, 0, 0], meant, siblings)).toBeGreaterThan(0.1)
})
