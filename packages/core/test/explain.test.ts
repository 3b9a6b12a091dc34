import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import sharp from 'sharp'
import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { compileKernels } from '../src/engine/wasm-kernels.js'
import { WasmNetwork } from '../src/engine/wasm-network.js'
import type { Pixels } from '../src/image/pixels.js'
import { normalizeRegions } from '../src/image/prepare.js'
import { createScorer, type Explained, type ExplainOptions, type Input, type Scorer, UsageError } from '../src/index.js'
import { lowBand } from '../src/model/low-band.js'
import { loadModel } from '../src/model/weights.js'
import { fixture, fixturePath, temporaryFolder } from './support/files.js'
import { magnitudeTensors, writeModel } from './support/model.js'
import { noise, picture } from './support/pixels.js'

let scorer: Scorer
beforeAll(async () => {
  scorer = await createScorer({ concurrency: 1 })
})
afterAll(() => scorer.dispose())

const png = ({ data, width, height, channels }: Pixels) =>
  sharp(data, { raw: { width, height, channels } }).png().toBuffer()

async function explained(input: Input, options?: ExplainOptions, with_ = scorer): Promise<Explained> {
  const result = await with_.explain(input, options)
  if (result.status !== 'explained') throw new Error(result.message)
  return result
}

describe('what is asked for comes out', () => {
  const photo = fixturePath('tiny/64x64.png')

  test('numbers alone', async () => {
    const result = await explained(photo, { as: 'float32' })
    expect(result).toMatchObject({ format: 'png', width: 64, height: 64, mapWidth: 16, mapHeight: 16 })
    expect(result.map).toBeInstanceOf(Float32Array)
    expect(result.map).toHaveLength(256)
    expect(result.map.every(Number.isFinite)).toBe(true)
    expect(result).not.toHaveProperty('png')
  })

  test('a gray picture of the map, which is the default', async () => {
    const result = await explained(photo)
    const { format, width, height } = await sharp(result.png).metadata()
    expect({ format, width, height }).toEqual({ format: 'png', width: 16, height: 16 })
    expect((await explained(photo, { as: 'png' })).png).toEqual(result.png)
    expect((await explained(photo, { as: undefined })).png).toEqual(result.png)
  })

  test('the image with the map over it', async () => {
    const result = await explained(photo, { as: 'overlay' })
    const { format, width, height, hasAlpha } = await sharp(result.png).metadata()
    expect({ format, width, height, hasAlpha }).toMatchObject({ format: 'png', width: 64, height: 64 })
  })

  test('of images whose sides are no multiples of 4, gray ones and those with transparency', async () => {
    const odd = await explained(await png(noise(67, 53)), { as: 'overlay' })
    expect(odd).toMatchObject({ width: 67, height: 53, mapWidth: 16, mapHeight: 13 })
    expect(await sharp(odd.png).metadata()).toMatchObject({ width: 67, height: 53 })
    for (const file of ['variant/gray.png', 'variant/gray-alpha.png', 'transparent/cat.png']) {
      const result = await explained(await fixture(file), { as: 'overlay' })
      expect(await sharp(result.png).metadata()).toMatchObject({ width: result.width, height: result.height })
    }
  })

  test('no overlay is longer than 1600 pixels', async () => {
    const result = await explained(await png(noise(2000, 60, 1)), { as: 'overlay' })
    expect(result).toMatchObject({ mapWidth: 500, mapHeight: 15 })
    expect(await sharp(result.png).metadata()).toMatchObject({ width: 1600, height: 48 })
  })

  test('anything else is misuse', async () => {
    for (const [as, said] of [
      ['jpeg', '"jpeg"'],
      [3, '3'],
    ] as const) {
      const error = await scorer.explain(photo, { as: as as never }).catch((error) => error)
      expect(error).toBeInstanceOf(UsageError)
      expect(error.message).toBe(
        `Expected one of float32, png, layer, overlay for the form of a map but received ${said}.`,
      )
    }
  })
})

test('pieces are stitched as if the image were looked at in one', async () => {
  const image = noise(600, 500)
  const folder = fileURLToPath(new URL('..', import.meta.url))
  const { integers, tensors } = loadModel(join(folder, 'models', 'diqa-1'))
  const network = new WasmNetwork(compileKernels(folder), integers!, tensors)
  const region = { x: 0, y: 0, width: 600, height: 500 }
  const { errorMaps } = network.run(normalizeRegions(image, lowBand(image), [region]), true)
  const { map, mapWidth, mapHeight } = await explained(await png(image), { as: 'float32' })
  expect([mapWidth, mapHeight]).toEqual([150, 125])
  const differences = map.map((error, i) => Math.abs(error - errorMaps![i]!))
  expect(Math.max(...differences)).toBeLessThan(1e-4)
  // The same pieces, in one batch of the engine and alone.
  expect(new Set(map).size).toBeGreaterThan(100)
})

describe('the heat is where the damage is', () => {
  /** A network of which it is known what it sees: see `magnitudeTensors`. */
  async function magnitudeScorer(): Promise<Scorer> {
    const folder = await temporaryFolder()
    await writeModel(folder, magnitudeTensors())
    const scorer = await createScorer({ concurrency: 1, model: folder })
    onTestFinished(() => scorer.dispose())
    return scorer
  }

  test.each([
    ['in one piece', 240, 200, { left: 60, top: 120 }],
    ['across the seams of pieces', 700, 500, { left: 416, top: 200 }],
    ['in the last corner', 601, 503, { left: 552, top: 452 }],
  ])('%s', async (_where, width, height, { left, top }) => {
    const damaged = noise(width, height, 1)
    const smooth = (x: number, y: number) => 60 + (x + y) / 12
    const within = (x: number, y: number) => x >= left && x < left + 48 && y >= top && y < top + 48
    const image = picture(width, height, 1, (x, y) => (within(x, y) ? damaged.data[y * width + x]! : smooth(x, y)))
    const magnitude = await magnitudeScorer()
    const { map, mapWidth, png: gray } = await explained(await png(image), {}, magnitude)
    const hot = [...map.keys()].filter((i) => map[i]! > 0.75)
    expect(hot.length).toBeGreaterThan(36)
    for (const i of hot) {
      const [x, y] = [4 * (i % mapWidth), 4 * Math.floor(i / mapWidth)]
      expect(
        within(x, y) ||
          within(x + 24, y + 24) ||
          within(x - 24, y - 24) ||
          within(x + 24, y - 24) ||
          within(x - 24, y + 24),
      ).toBe(true)
    }
    const [column, row] = [Math.floor(left / 4) + 6, Math.floor(top / 4) + 6]
    expect(map[row * mapWidth + column]).toBeGreaterThan(1)
    const levels = await sharp(gray).toColourspace('b-w').raw().toBuffer()
    expect([levels[row * mapWidth + column], levels[mapWidth + 1]]).toEqual([255, 0])
  })

  test('in an overlay that is red there, and clear elsewhere', async () => {
    const damaged = noise(200, 200, 1)
    const image = picture(200, 200, 1, (x, y) => (x > 100 && y > 100 ? damaged.data[y * 200 + x]! : 128))
    const { png: overlay } = await explained(await png(image), { as: 'overlay' }, await magnitudeScorer())
    const { data, info } = await sharp(overlay).raw().toBuffer({ resolveWithObject: true })
    const mean = (channel: number, from: number, to: number) => {
      let sum = 0
      for (let y = from; y < to; y++) {
        for (let x = from; x < to; x++) sum += data[(y * info.width + x) * info.channels + channel]!
      }
      return sum / (to - from) ** 2
    }
    expect(mean(0, 130, 170) - mean(1, 130, 170)).toBeGreaterThan(100)
    for (const channel of [0, 1, 2]) expect(mean(channel, 20, 60)).toBeCloseTo(128, -0.5)
  })
})

test('what is not scored is not explained either, but for a flat image', async () => {
  const cases: [string, object][] = [
    ['icon/icon-16.png', { status: 'skipped', reason: 'too-small' }],
    ['vector/logo.svg', { status: 'skipped', reason: 'vector' }],
    ['transparent/clear.png', { status: 'skipped', reason: 'transparent' }],
    ['huge/bomb.png', { status: 'skipped', reason: 'too-large' }],
    ['broken/truncated.png', { status: 'undecodable', reason: 'truncated' }],
    ['broken/empty.png', { status: 'undecodable', reason: 'empty' }],
  ]
  for (const [file, expected] of cases) {
    const bytes = await fixture(file)
    const { status, ...rest } = await scorer.score(bytes)
    expect(await scorer.explain(bytes)).toEqual({ status, ...rest })
    expect({ status, ...rest }).toMatchObject(expected)
  }
  expect(await scorer.explain(dirname(fixturePath('tiny/1x1.png')))).toMatchObject({
    status: 'undecodable',
    reason: 'unreadable',
    message: `Expected a readable file at ${dirname(fixturePath('tiny/1x1.png'))} but it is a folder.`,
  })
  expect((await scorer.explain(await fixture('flat/white.png'))).status).toBe('explained')
})
