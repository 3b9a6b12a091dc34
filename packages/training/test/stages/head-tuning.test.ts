import { STATISTICS } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { plcc, srcc } from '../../src/measure/index.js'
import { Adam } from '../../src/optimise/index.js'
import { HeadTuning, type HeadTuningOptions } from '../../src/stages/head-tuning.js'
import { pooledFeatures } from '../../src/stages/pooled.js'
import { predict } from '../../src/stages/predict.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork, picture, storeOf, temporary } from '../tiny.js'
import { noisy } from './noisy.js'

const settings: HeadTuningOptions = {
  seed: '1',
  correlationWeight: 1,
  siblingWeight: 1,
  orderWeight: 1,
  opinionAnchor: 0,
  faultWeight: 0.1,
  maxPixels: 1024,
  dropout: 0.5,
}

/** What f says of the two sets by default: it takes seconds in JavaScript. */
let known: Float32Array[] | undefined

async function readStage(options = settings) {
  const network = livelyNetwork(tf, 4)
  const shares = [
    { store: await noisy('one'), perBatch: 4 },
    { store: await noisy('two'), perBatch: 8 },
  ]
  const stage = new HeadTuning(network, shares, options)
  const byDefault = !options.onProgress && !options.signal
  const features = (byDefault && known) || [await stage.read(0), await stage.read(1)]
  if (byDefault) known = features
  stage.remember(features)
  return { network, shares, stage, features }
}

test('learns what was said of whole pictures, and leaves f as it is', async () => {
  const { network, stage } = await readStage()
  const before = await network.weights()
  const optimiser = new Adam(tf, network.variables, { learningRate: 0.002, weightDecay: 0.1, clipNorm: 5 })
  const batch = await stage.batch(0)
  const losses: number[] = []
  for (let step = 0; step < 60; step++) losses.push(await optimiser.minimise(() => stage.loss(batch)))
  optimiser.dispose()
  expect(losses.at(-1)).toBeLessThan(0.6 * losses[0]!)
  const after = Object.entries(await network.weights())
  const changed = after.filter(([name, now]) => now.some((v, i) => v !== before[name]![i]))
  expect(changed.map(([name]) => name).sort()).toEqual([
    'fault/bias',
    'fault/kernel',
    'hidden/bias',
    'hidden/kernel',
    'quality/bias',
    'quality/kernel',
  ])
}, 30_000)

test('a batch has the pictures of each set: its features, its statistics, its truth and its fault', async () => {
  const { network, shares, stage } = await readStage()
  const { pooled, statistics, truth, faults } = await stage.batch(3)
  expect(pooled).toHaveLength(12)
  // Four versions of one picture, then of two.
  const groups = [0, 1, 2].map((i) => [...truth.slice(4 * i, 4 * i + 4)].map((value) => Math.round(50 + 25 * value)))
  for (const group of groups) {
    const best = Math.max(...group)
    expect(group.sort((x, y) => y - x)).toEqual([best, best - 30, best - 60, best - 80])
  }
  const { store } = shares[1]!
  // The first of the second set's: whichever it is, everything that is said belongs to it.
  const quality = Math.round(50 + 25 * truth[4]!)
  const picture = store.images.findIndex((image) => image.quality === quality)
  expect(statistics.slice(4 * STATISTICS.length, 5 * STATISTICS.length)).toEqual(store.statisticsOf(picture))
  expect(faults[4]).toBe({ none: 0, noise: 3, jpeg: 1, chain: -1 }[store.images[picture]!.distortion!])
  const heads = tf.tidy(() =>
    network.heads(tf.tensor2d(pooled[4]!, [1, 128]), store.statisticsOf(picture)).quality.dataSync(),
  )
  const [predicted] = await predict(network, store, [picture], { maxPixels: 1024 })
  expect(50 + 25 * heads[0]!).toBeCloseTo(predicted!, 4)
}, 30_000)

test('a step alone decides its batch', async () => {
  const [{ stage }, { stage: other }] = [await readStage(), await readStage()]
  await other.batch(9)
  expect(await other.batch(2)).toEqual(await stage.batch(2))
  const { stage: reseeded } = await readStage({ ...settings, seed: '2' })
  expect(await reseeded.batch(2)).not.toEqual(await stage.batch(2))
}, 30_000)

test('leaves out parts of the hidden layer, the same ones at the same step', async () => {
  const { stage } = await readStage()
  const batch = await stage.batch(0)
  const lossOf = (given: typeof batch) => tf.tidy(() => stage.loss(given).dataSync()[0])
  expect(lossOf(batch)).toBe(lossOf(batch))
  expect(lossOf({ ...batch, seed: batch.seed + 1 })).not.toBe(lossOf(batch))
  expect((await stage.batch(1)).seed).not.toBe(batch.seed)
}, 30_000)

test('begins with all numbers alike, whatever f makes of the pictures', async () => {
  const { network, stage } = await readStage()
  stage.standardise()
  const { pooled } = await stage.batch(0)
  const { mean, deviation } = network.pooledStandard
  const column = (i: number) => pooled.map((row) => (row[i]! - mean[i]!) / deviation[i]!)
  const lively = deviation.flatMap((width, i) => (width > 1e-3 ? [i] : []))
  expect(lively.length).toBeGreaterThan(10)
  for (const i of lively) expect(Math.max(...column(i).map(Math.abs))).toBeLessThan(6)
  expect(network.standard.deviation).not.toContain(1)
}, 30_000)

test('sees large pictures by some of their tiles and whole, all versions of one alike', async () => {
  // A tile is 128 pixels long, and these are narrow so that f is quick.
  const images = Array.from({ length: 4 }, (_, i) => {
    const split = i < 2 ? ('train' as const) : ('val' as const)
    const version = (grain: number) => ({ pixels: picture(160, 8, i, grain), split, quality: 90 - grain / 2 - i })
    const noisy = { distortion: 'noise', reference: 4 * i }
    return [{ ...version(0), distortion: 'none' }, ...[40, 80, 120].map((grain) => ({ ...version(grain), ...noisy }))]
  }).flat()
  const store = await storeOf(await temporary(), images, 'strips')
  const network = livelyNetwork(tf, 4)
  const stage = new HeadTuning(network, [{ store, perBatch: 4 }], settings)
  stage.remember([await stage.read(0)])
  const [sampled, whole] = await Promise.all(
    [1024, 4096].map((maxPixels) => pooledFeatures(network, store, store.of('train'), { maxPixels })),
  )
  expect(sampled).not.toEqual(whole)
  const views = new Set<string>()
  for (let step = 0; step < 12; step++) {
    const { pooled } = await stage.batch(step)
    const seen = pooled.map((row) => {
      const isRow = (other: Float32Array) => Buffer.from(other.buffer).equals(Buffer.from(row.slice().buffer))
      return `${sampled!.some(isRow)} ${whole!.some(isRow)}`
    })
    expect(new Set(seen).size).toBe(1)
    views.add(seen[0]!)
  }
  expect([...views].sort()).toEqual(['false true', 'true false'])

  const figures = await stage.validate()
  const truths = store.of('val').map((i) => store.images[i]!.quality!)
  const srccOf = async (maxPixels: number) =>
    srcc(await predict(network, store, store.of('val'), { maxPixels }), truths)
  expect(figures['SRCC strips']).toBeCloseTo(await srccOf(1024), 5)
  expect(figures['SRCC strips seen whole']).toBeCloseTo(await srccOf(4096), 5)
  expect(figures.score).toBeCloseTo(((await srccOf(1024)) + (await srccOf(4096))) / 2, 5)
}, 30_000)

test('remembers what f said', async () => {
  const { network, shares, stage, features } = await readStage()
  const other = new HeadTuning(network, shares, settings)
  other.remember(features)
  expect(await other.batch(5)).toEqual(await stage.batch(5))
  expect(await other.validate()).toEqual(await stage.validate())
}, 30_000)

test('validates with SRCC and PLCC of the whole val split of each set', async () => {
  const { network, shares, stage } = await readStage()
  const expected: Record<string, number> = {}
  for (const { store } of shares) {
    const val = store.of('val')
    const predictions = await predict(network, store, val, { maxPixels: 1024 })
    const truths = val.map((i) => store.images[i]!.quality!)
    expected[`SRCC ${store.header.name}`] = srcc(predictions, truths)
    expected[`PLCC ${store.header.name}`] = plcc(predictions, truths)
  }
  const { score, ...figures } = await stage.validate()
  for (const [name, value] of Object.entries(expected)) expect(figures[name]).toBeCloseTo(value, 5)
  expect(Object.keys(figures)).toEqual(Object.keys(expected))
  expect(score).toBeCloseTo((expected['SRCC one']! + expected['SRCC two']!) / 2, 5)
}, 30_000)

test('tells how far the reading is, and stops when told to', async () => {
  const lines: string[] = []
  await readStage({ ...settings, onProgress: (pictures, of, set) => lines.push(`${pictures}/${of} ${set}`) })
  expect(lines).toEqual(['16/16 one', '16/16 two'])
  const stop = new AbortController()
  stop.abort()
  await expect(readStage({ ...settings, signal: stop.signal })).rejects.toBe(stop.signal.reason)
}, 30_000)

test('needs pictures to validate with', async () => {
  const folder = await temporary()
  const store = await storeOf(folder, [{ pixels: picture(32, 32, 1) }])
  expect(() => new HeadTuning(livelyNetwork(tf, 4), [{ store, perBatch: 1 }], settings)).toThrow(
    `Expected at least 2 images in the val split of ${folder} but found 0.`,
  )
})
