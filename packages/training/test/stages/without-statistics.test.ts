import { STATISTICS } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { Finetune } from '../../src/stages/finetune.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork, picture, storeOf, TINY_FINETUNE, temporary } from '../tiny.js'

test.each([true, false])('statistics %s: whether the head sees them', async (statistics) => {
  const images = Array.from({ length: 6 }, (_, i) => {
    const split = i < 4 ? ('train' as const) : ('val' as const)
    return { pixels: picture(32, 32, i, 20 * i), split, quality: 90 - 10 * i }
  })
  const store = await storeOf(await temporary(), images)
  const network = livelyNetwork(tf, 2)
  const options = { ...TINY_FINETUNE, statistics }
  await new Finetune(network, [{ store, perBatch: 2 }], options).standardise()
  const pooled = tf.zeros<2>([2, 128])
  const far = Float32Array.from({ length: 2 * STATISTICS.length }, (_, i) => (i < STATISTICS.length ? -50 : 50))
  const [low, high] = network.heads(pooled, far).quality.dataSync()
  expect(low === high).toBe(!statistics)
})
