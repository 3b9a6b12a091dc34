import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createScorer } from '@diqa/core'
import { calibrate } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { prepareDataset } from '../../src/commands/prepare-dataset.js'
import { writeModel } from '../../src/commands/write-model.js'
import { foldPooledStandard } from '../../src/network/pooled-standard.js'
import { quantiseModel } from '../../src/quantise/quantise-model.js'
import { standardOf } from '../../src/stages/patches.js'
import { predict } from '../../src/stages/predict.js'
import { Store } from '../../src/store/store.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork, open, picture, temporary } from '../tiny.js'

/** The pixel budget of this test: two tiles of 64 x 128. */
const maxPixels = 16384

/** What weights and activations in whole numbers may change of a score, by the contract of the engines. */
const ROUNDING = 1.5

test('core scores an exported model as training does, below and above the pixel budget', async () => {
  const root = await temporary()
  // Odd sizes, for whoever crops another way; a turned, a gray and a transparent one, for whoever decodes another way.
  const images = {
    'small.png': open(picture(66, 49, 1)).png(),
    'turned.jpg': open(picture(70, 53, 2))
      .withMetadata({ orientation: 6 })
      .jpeg({ quality: 40 }),
    'gray.png': open(picture(48, 64, 3))
      .grayscale()
      .png(),
    'alpha.webp': open(picture(48, 48, 4))
      .ensureAlpha(0.5)
      .webp(),
    'tiles.png': open(picture(64, 403, 5)).png(),
    'one-tile.avif': open(picture(150, 131, 6)).avif(),
  }
  const names = Object.keys(images)
  for (const [name, image] of Object.entries(images)) await image.toFile(join(root, name))
  await writeFile(join(root, 'scores.csv'), `image,score\n${names.map((name, i) => `${name},${i}\n`).join('')}`)
  const prepared = join(root, 'prepared')
  await prepareDataset('plain-csv', root, prepared, { dataset: {}, val: 0.2, test: 0, seed: 1 })

  const store = new Store(prepared)
  const network = livelyNetwork(tf, 11)
  network.standard = standardOf(store.images.map((_, i) => store.statisticsOf(i)))
  network.pooledStandard = {
    mean: network.pooledStandard.mean.map((_, i) => 0.3 + i / 256),
    deviation: network.pooledStandard.deviation.map((_, i) => 0.2 + i / 512),
  }
  const all = store.images.map((_, i) => i)
  const raw = await predict(network, store, all, { maxPixels })

  // A map with a bend in the middle of what there is.
  const sorted = raw.toSorted((a, b) => a - b)
  const calibration = { x: [sorted[0]!, sorted[2]!, sorted.at(-1)!], y: [10, 40, 90] }
  const model = join(root, 'model')
  const weights = foldPooledStandard(await network.weights(), network.pooledStandard)
  writeModel(model, { id: 'test', weights, standard: network.standard, calibration, training: {} })
  quantiseModel(tf, model, [store], 10)
  store.close()
  const scorer = await createScorer({ model, maxPixels, concurrency: 1 })
  try {
    const scores = new Map<string, number>()
    for (const name of names) {
      const result = await scorer.score(join(root, name))
      scores.set(name, result.status === 'scored' ? result.score : Number.NaN)
    }
    const [first, ...others] = all.map((i) => scores.get(store.images[i]!.name)! - calibrate(calibration, raw[i]!))
    for (const difference of [first!, ...others]) expect(Math.abs(difference)).toBeLessThanOrEqual(ROUNDING)
    expect(new Set(scores.values()).size).toBe(names.length)
  } finally {
    await scorer.dispose()
  }
}, 60_000)

test('predict stops between two images when it is told to', async () => {
  const stop = new AbortController()
  stop.abort()
  const predicting = predict(livelyNetwork(tf, 11), undefined as never, [0], { maxPixels, signal: stop.signal })
  await expect(predicting).rejects.toBe(stop.signal.reason)
})
