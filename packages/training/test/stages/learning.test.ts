import { STATISTICS } from '@diqa/core/model'
import { describe, expect, test } from 'vitest'
import { plcc, srcc } from '../../src/measure/index.js'
import { Network } from '../../src/network/network.js'
import { UNCHANGED } from '../../src/network/pooled-standard.js'
import { Adam } from '../../src/optimise/index.js'
import { Finetune, type FinetuneOptions } from '../../src/stages/finetune.js'
import { mapFigures } from '../../src/stages/map-figures.js'
import { StoredPairs } from '../../src/stages/pairs.js'
import { predict } from '../../src/stages/predict.js'
import { Pretrain } from '../../src/stages/pretrain.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork, picture, storeOf, TINY_FINETUNE, temporary } from '../tiny.js'
import { noisy } from './noisy.js'

const { side } = TINY_FINETUNE
const settings: FinetuneOptions = { ...TINY_FINETUNE, valImages: 3 }

async function lossesOf<Batch>(
  network: Network,
  stage: { batch(step: number): Promise<Batch>; loss(batch: Batch): ReturnType<Pretrain['loss']> },
): Promise<number[]> {
  const optimiser = new Adam(tf, network.variables, { learningRate: 2e-3, clipNorm: 5 })
  const losses: number[] = []
  const batch = await stage.batch(0)
  for (let step = 0; step < 6; step++) losses.push(await optimiser.minimise(() => stage.loss(batch)))
  optimiser.dispose()
  return losses
}

describe('Pretrain', () => {
  test('the loss falls on a batch that is seen again and again', async () => {
    const network = new Network(tf, 1)
    const stage = new Pretrain(network, new StoredPairs(await noisy('pairs'), '1', side), { side, batch: 2 })
    const losses = await lossesOf(network, stage)
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!)
  }, 30_000)

  test('validates on the val pairs: a loss, and how well the maps agree', async () => {
    const network = livelyNetwork(tf, 2)
    const stage = new Pretrain(network, new StoredPairs(await noisy('pairs'), '1', side), { side, batch: 2 })
    const figures = await stage.validate()
    expect(figures.score).toBe(-figures.mapLoss)
    expect(figures.mapLoss).toBeGreaterThan(0)
    expect(Math.abs(figures.mapCorrelation)).toBeLessThanOrEqual(1)
    expect(await stage.validate()).toEqual(figures)
  }, 30_000)
})

describe('Finetune', () => {
  test('the loss falls on a batch that is seen again and again', async () => {
    const network = new Network(tf, 1)
    const stage = new Finetune(network, [{ store: await noisy('opinions'), perBatch: 4 }], settings)
    await stage.standardise()
    const losses = await lossesOf(network, stage)
    expect(losses.at(-1)).toBeLessThan(0.8 * losses[0]!)
  }, 30_000)

  test('the loss of a batch does not depend on what was asked before', async () => {
    const network = livelyNetwork(tf, 3)
    const shares = [
      { store: await noisy('one'), perBatch: 4 },
      { store: await noisy('two'), perBatch: 4 },
    ]
    const lossAt = async (stage: Finetune, step: number) => {
      const batch = await stage.batch(step)
      return tf.tidy(() => stage.loss(batch).dataSync()[0])
    }
    const make = async () => {
      const stage = new Finetune(network, shares, settings)
      await stage.standardise()
      return stage
    }
    const [one, other] = [await make(), await make()]
    const loss = await lossAt(one, 2)
    await lossAt(other, 7)
    expect(await lossAt(other, 2)).toBe(loss)
    expect(await lossAt(one, 3)).not.toBe(loss)
    expect(await lossAt(new Finetune(network, shares, { ...settings, seed: '2' }), 2)).not.toBe(loss)
  }, 30_000)

  test('several patches may stand for a picture, and the heads see their mean', async () => {
    const network = livelyNetwork(tf, 4)
    const store = await noisy('several')
    const stage = new Finetune(network, [{ store, perBatch: 4 }], { ...settings, patches: 2, mapWeight: 0 })
    const batch = await stage.batch(0)
    expect(batch.truth).toHaveLength(4)
    const pixels = side * side
    const patches = Array.from({ length: 8 }, (_, i) => batch.levels.slice(i * pixels, (i + 1) * pixels))
    const before = Array.from({ length: 8 }, (_, i) => batch.references[0]!.slice(i * pixels, (i + 1) * pixels))
    // Two places, the same in all versions.
    expect(before[0]).not.toEqual(before[1])
    for (const [i, patch] of before.entries()) expect(patch).toEqual(before[i % 2])
    const clean = batch.faults.indexOf(0)
    expect([patches[2 * clean], patches[2 * clean + 1]]).toEqual([before[0], before[1]])
    const loss = (levels: Int8Array[]) => {
      const all = new Int8Array(8 * pixels)
      for (const [i, patch] of levels.entries()) all.set(patch, i * pixels)
      return tf.tidy(() => stage.loss({ ...batch, levels: all }).dataSync()[0]!)
    }
    const exchanged = (i: number, j: number) =>
      patches.map((patch, at) => (at === i ? patches[j]! : at === j ? patches[i]! : patch))
    expect(loss(exchanged(0, 1))).toBeCloseTo(loss(patches), 5)
    expect(Math.abs(loss(exchanged(1, 2)) - loss(patches))).toBeGreaterThan(1e-4)
  }, 30_000)

  test('goes on with the heads that f had, and nothing is said otherwise at first', async () => {
    const store = await noisy('heads')
    const trained = livelyNetwork(tf, 5)
    trained.standard = { mean: STATISTICS.map(() => 0.1), deviation: STATISTICS.map(() => 2) }
    const images = store.of('val')
    const said = await predict(trained, store, images, { maxPixels: 1024 })
    const network = new Network(tf, 6)
    const stage = new Finetune(network, [{ store, perBatch: 4 }], settings)
    await stage.goOn({ weights: await trained.weights(), standard: trained.standard })
    expect(network.pooledStandard).not.toEqual(UNCHANGED)
    const now = await predict(network, store, images, { maxPixels: 1024 })
    for (const [i, quality] of now.entries()) expect(quality).toBeCloseTo(said[i]!, 2)
    expect(now[0]).not.toBeCloseTo(now[1]!, 2)
  }, 30_000)

  test('leaves out of the hidden layer what the seed and the step say', async () => {
    const network = livelyNetwork(tf, 7)
    const shares = [{ store: await noisy('thinned'), perBatch: 4 }]
    const lossWith = async (dropout: number, seed?: number) => {
      const stage = new Finetune(network, shares, { ...settings, dropout })
      const batch = await stage.batch(0)
      return tf.tidy(() => stage.loss({ ...batch, seed: seed ?? batch.seed }).dataSync()[0])
    }
    expect(await lossWith(0.5)).toBe(await lossWith(0.5))
    expect(await lossWith(0.5)).not.toBe(await lossWith(0.5, 9))
    expect(await lossWith(0)).toBe(await lossWith(0, 9))
  }, 30_000)

  test('a batch has the patches of each set, their own truths and references', async () => {
    const plain = await storeOf(
      await temporary(),
      (['train', 'val', 'val'] as const).map((split, i) => ({ pixels: picture(32, 32, i), split, quality: 75 })),
    )
    const shares = [
      { store: plain, perBatch: 1 },
      { store: await noisy('two'), perBatch: 4 },
    ]
    const batch = await new Finetune(new Network(tf, 1), shares, settings).batch(0)
    expect(batch.truth).toHaveLength(5)
    expect(batch.truth[0]).toBe(1)
    expect(batch.references[0]).toBeUndefined()
    expect(batch.references[1]).toHaveLength(4 * side * side)
    // None, noise and compression of the judged four; what is worst about a chain, nobody knows, nor about the plain one.
    expect([...batch.faults].sort()).toEqual([-1, -1, 0, 1, 3])
  })

  test('versions of one picture come together, and show the same place', async () => {
    const store = await noisy('versions')
    const batch = await new Finetune(new Network(tf, 1), [{ store, perBatch: 8 }], settings).batch(0)
    const patches = Array.from({ length: 8 }, (_, i) =>
      batch.references[0]!.subarray(i * side ** 2, (i + 1) * side ** 2),
    )
    for (const [i, patch] of patches.entries()) expect(patch).toEqual(patches[i - (i % 4)])
    expect(patches[0]).not.toEqual(patches[4])
    // The clean one of each four is its own reference.
    const clean = batch.faults.indexOf(0)
    expect(batch.levels.subarray(clean * side ** 2, (clean + 1) * side ** 2)).toEqual(patches[clean])
  })

  test('takes no part of a group of versions', async () => {
    const store = await noisy('versions')
    expect(() => new Finetune(new Network(tf, 1), [{ store, perBatch: 6 }], settings)).toThrow(
      `Expected a multiple of 4 for the patches of ${store.folder}, whose pictures come in versions, but received 6.`,
    )
  })

  test('the statistics are standardised over the train splits', async () => {
    const network = new Network(tf, 1)
    const store = await noisy('opinions')
    await new Finetune(network, [{ store, perBatch: 4 }], settings).standardise()
    const reliability = store.of('train').map((i) => store.statisticsOf(i)[0]!)
    const mean = reliability.reduce((a, b) => a + b) / reliability.length
    expect(network.standard.mean[0]).toBeCloseTo(mean, 1)
    expect(network.standard.deviation.every((deviation) => deviation >= 1e-3)).toBe(true)
    expect(network.pooledStandard.mean.some((value) => value > 0)).toBe(true)
    expect(network.pooledStandard.deviation.every((deviation) => deviation >= 0.02)).toBe(true)
  })

  test('validates with SRCC, PLCC and error maps of each set, evenly spread images of it', async () => {
    const network = livelyNetwork(tf, 5)
    const stores = [await noisy('one'), await noisy('two')]
    const shares = stores.map((store) => ({ store, perBatch: 4 }))
    const { score, ...figures } = await new Finetune(network, shares, settings).validate()
    const expected: Record<string, number> = {}
    for (const store of stores) {
      // 3 of the 8 val images.
      const images = [0, 2, 5].map((i) => store.of('val')[i]!)
      const predictions = await predict(network, store, images, { maxPixels: 1024 })
      const truths = images.map((i) => store.images[i]!.quality!)
      const { name } = store.header
      const maps = await mapFigures(network, new StoredPairs(store, '1', side), { side, batch: 4 })
      Object.assign(expected, {
        [`SRCC ${name}`]: srcc(predictions, truths),
        [`PLCC ${name}`]: plcc(predictions, truths),
        [`mapLoss ${name}`]: maps.mapLoss,
        [`mapCorrelation ${name}`]: maps.mapCorrelation,
      })
    }
    expect(figures).toEqual(expected)
    expect(score).toBe((expected['SRCC one']! + expected['SRCC two']!) / 2)
  }, 30_000)

  test('needs images to train on and to validate with', async () => {
    const folder = await temporary()
    const store = await storeOf(folder, [{ pixels: picture(32, 32, 1) }])
    const make = (options: FinetuneOptions) => () => new Finetune(new Network(tf, 1), [{ store, perBatch: 1 }], options)
    expect(make(settings)).toThrow(`Expected at least 2 images in the val split of ${folder} but found 0.`)
    expect(make({ ...settings, side: 40 })).toThrow(
      `Expected an image of at least 40 x 40 pixels in the train split of ${folder} but found none.`,
    )
  })
})
