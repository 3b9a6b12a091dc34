import { copyFile, mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import sharp from 'sharp'
import { afterAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { WasmEngine } from '../src/engine/wasm.js'
import { WorkerPool } from '../src/engine/worker-pool.js'
import { createScorer, type Input, label, type Scored, type ScoreResult, UsageError } from '../src/index.js'
import { sha256 } from '../src/input.js'
import { runModule } from './support/child.js'
import { built, fixture, fixturePath, temporaryFolder } from './support/files.js'
import { randomTensors, writeModel } from './support/model.js'

const scorer = await createScorer({ concurrency: 1 })

/** A model whose scores differ much from image to image, whatever the shipped one's do. */
const model = await mkdtemp(join(tmpdir(), 'diqa core '))
await writeModel(model, randomTensors(5), (card) => {
  card.quality = { centre: 50, unit: 100 }
  card.calibration = { x: [-100, 200], y: [0, 100] }
})
const sensitive = await createScorer({ concurrency: 1, model, engine: 'wasm' })

afterAll(async () => {
  await Promise.all([scorer.dispose(), sensitive.dispose()])
  await rm(model, { recursive: true })
})

const small = await fixture('tiny/64x64.png')
const photo = await fixture('photo/coffee-jpeg-q90.jpg')

async function scored(input: Input, with_ = scorer): Promise<Scored> {
  const result = await with_.score(input)
  if (result.status !== 'scored') throw new Error(result.message)
  return result
}

describe('a result', () => {
  test('with a score says what the image is and how good', async () => {
    const spoilt = await sharp(photo).jpeg({ quality: 25 }).toBuffer()
    const result = await scored(spoilt)
    expect(result).toEqual({
      status: 'scored',
      bytes: spoilt.length,
      sha256: sha256(spoilt),
      format: 'jpeg',
      width: 600,
      height: 400,
      score: result.score,
      label: label(result.score),
      fault: 'compression',
      notes: [],
    })
    expect(result.score).toBeGreaterThanOrEqual(0)
    expect(result.score).toBeLessThanOrEqual(100)
    expect(Number(result.score.toFixed(1))).toBe(result.score)
  })

  test('that is high, in which nothing stands out, names no fault', async () => {
    const result = await scored(photo)
    expect(result.score).toBeGreaterThan(70)
    expect(result).not.toHaveProperty('fault')
  })

  test('without one says why', async () => {
    const files: [string, object][] = [
      ['vector/logo.svg', { status: 'skipped', reason: 'vector', format: 'svg' }],
      ['icon/icon-16.png', { status: 'skipped', reason: 'too-small', format: 'png', width: 16, height: 16 }],
      ['transparent/clear.webp', { status: 'skipped', reason: 'transparent', format: 'webp', width: 256 }],
      ['huge/bomb.png', { status: 'skipped', reason: 'too-large', width: 20000 }],
      ['broken/empty.png', { status: 'undecodable', reason: 'empty', bytes: 0 }],
      ['broken/truncated.jpg', { status: 'undecodable', reason: 'truncated', format: 'jpeg', width: 200 }],
    ]
    for (const [file, expected] of files) {
      const bytes = await fixture(file)
      const result = await scorer.score(bytes)
      expect(result).toMatchObject({ ...expected, bytes: bytes.length, sha256: sha256(bytes) })
      expect(result).toHaveProperty('message', expect.stringMatching(/^[A-Z].*\.$/))
      expect(result).not.toHaveProperty('score')
      expect(result).not.toHaveProperty('shape')
    }
  })

  test('of a flat image', async () => {
    const bytes = await fixture('flat/blue.jpg')
    expect(await scorer.score(bytes)).toEqual({
      status: 'skipped',
      reason: 'flat',
      message: 'The image has no texture that could be judged.',
      bytes: bytes.length,
      sha256: sha256(bytes),
      format: 'jpeg',
      width: 256,
      height: 192,
    })
  })

  test('of a photograph out of focus, in which nothing fine is left either', async () => {
    for (const name of ['camera', 'chelsea', 'coffee']) {
      const blurred = await sharp(fixturePath(`photo/${name}.png`))
        .blur(8)
        .png()
        .toBuffer()
      const { score, fault } = await scored(blurred)
      expect(score).toBeLessThan(50)
      expect(fault).toBe('blur')
    }
  })

  test('of a file that is not there', async () => {
    expect(await scorer.score('/nowhere/a.png')).toEqual({
      status: 'undecodable',
      reason: 'unreadable',
      message: 'Expected a readable file at /nowhere/a.png but there is none.',
    })
  })

  test('carries the notes', async () => {
    expect((await scored(await fixture('variant/cmyk.jpg'))).notes).toEqual([
      'A CMYK file, whose colours browsers show shifted: its sRGB conversion was scored.',
    ])
  })
})

test('the same image in every form gets the same result', async () => {
  const folder = await temporaryFolder()
  const path = join(folder, 'été [1] #100%.png')
  await copyFile(fixturePath('tiny/64x64.png'), path)
  const offset = new Uint8Array([0, 0, 0, ...small, 0]).subarray(3, 3 + small.length)
  const expected = await scored(small, sensitive)
  for (const input of [offset, new Uint8Array(small), path, pathToFileURL(path)]) {
    expect(await sensitive.score(input)).toEqual(expected)
  }
})

test('the caller’s bytes are left alone', async () => {
  const bytes = Buffer.from(small)
  await scorer.score(bytes)
  expect(bytes.equals(small)).toBe(true)
  // Nothing else has this one's memory, so that it could be taken away.
  const alone = new Uint8Array(small)
  expect((await scorer.score(alone)).status).toBe('scored')
  expect(small.equals(alone)).toBe(true)
})

test('a scorer that is disposed of while it decodes says so of each image', async () => {
  const large = await sharp({ create: { width: 3000, height: 2000, channels: 3, background: 'gray' } })
    .png()
    .toBuffer()
  for (const wait of [0, 20, 60]) {
    const short = await createScorer({ concurrency: 2, engine: 'wasm' })
    await short.score(small)
    const results = Promise.all(Array.from({ length: 5 }, () => short.score(large)))
    await new Promise((resolve) => setTimeout(resolve, wait))
    await short.dispose()
    for (const result of await results)
      expect(['engine-failure', 'flat']).toContain('reason' in result && result.reason)
  }
})

test('an image turned by EXIF gets about the score of the upright one', async () => {
  const upright = await scored(photo)
  for (const orientation of [3, 6, 8]) {
    const { score } = await scored(await fixture(`exif/orientation-${orientation}.jpg`))
    expect(Math.abs(score - upright.score)).toBeLessThan(5)
  }
})

test('an opaque image does not depend on the background, a transparent one does', async () => {
  const black = await createScorer({ concurrency: 1, background: '#000', model })
  onTestFinished(() => black.dispose())
  expect(await black.score(small)).toEqual(await sensitive.score(small))
  const noisy = new Uint8Array(80 * 80 * 4).map((_, i) => (i % 4 === 3 ? (i * 2654435761) >>> 24 : 255))
  const white = await sharp(noisy, { raw: { width: 80, height: 80, channels: 4 } })
    .png()
    .toBuffer()
  expect(await scorer.score(white)).toMatchObject({ status: 'skipped', reason: 'flat' })
  expect(await black.score(white)).toMatchObject({ status: 'scored' })
})

test('limitInputPixels is kept to', async () => {
  const strict = await createScorer({ concurrency: 1, limitInputPixels: 4095 })
  onTestFinished(() => strict.dispose())
  expect(await strict.score(small)).toMatchObject({
    reason: 'too-large',
    message: 'Expected at most 4095 pixels (limitInputPixels) but the image has 64 x 64.',
  })
})

describe('misuse', () => {
  test('of score throws', async () => {
    for (const method of [scorer.score, scorer.explain]) {
      const error = await method(7 as never).catch((error) => error)
      expect(error).toBeInstanceOf(UsageError)
      expect(error.message).toBe(
        'Expected bytes, a path or a file URL for an image but received a value of type Number.',
      )
    }
  })

  test.each([
    ['a.png', 'String'],
    [Buffer.from('a'), 'Uint8Array'],
    [undefined, 'Undefined'],
    [{ 0: 'a.png', length: 1 }, 'Object'],
  ])('of scoreMany throws: %s', (inputs, kind) => {
    const misused = () => scorer.scoreMany(inputs as never)
    expect(misused).toThrow(UsageError)
    expect(misused).toThrow(
      new UsageError(`Expected a list of images for scoreMany() but received a value of type ${kind}.`),
    )
  })
})

test('the same scores come out whatever the concurrency, the order and the company', async () => {
  const files = [
    'tiny/64x64.png',
    'variant/gray.jpg',
    'photo/coffee-blur-4.jpg',
    'flat/white.png',
    'variant/16-bit.png',
  ]
  const scores = async (concurrency: number, order: string[]) => {
    const other = await createScorer({ concurrency, model })
    const results: Record<string, ScoreResult> = {}
    const list = order.map(fixturePath)
    let i = 0
    for await (const result of other.scoreMany(list)) results[order[i++]!] = result
    await other.dispose()
    return results
  }
  const [one, two, shuffled] = await Promise.all([
    scores(1, files),
    scores(2, files),
    scores(2, [
      'photo/coffee-blur-4.jpg',
      'flat/white.png',
      'variant/16-bit.png',
      'tiny/64x64.png',
      'variant/gray.jpg',
    ]),
  ])
  const values = Object.values(one).map((result) => (result.status === 'scored' ? result.score : result.status))
  expect(new Set(values).size, String(values)).toBe(5)
  expect(two).toEqual(one)
  expect(shuffled).toEqual(one)
})

test('what runs, and whose judgement it is, can be asked', async () => {
  const card = JSON.parse(await readFile(new URL('../models/diqa-1/card.json', import.meta.url), 'utf8'))
  expect(sensitive.engine).toEqual({ name: 'wasm', device: 'cpu', refused: [] })
  expect(scorer.engine).toMatchObject({ name: 'wasm', device: 'cpu' })
  expect(scorer.engine.refused).toContainEqual({
    name: 'onnx',
    reason: 'onnxruntime-node is not installed (npm install --save-dev onnxruntime-node).',
  })
  expect(scorer.model).toEqual({ id: 'diqa-1', weights: `sha256:${card.weights.sha256}` })
})

test('another model can be given', async () => {
  const folder = await temporaryFolder()
  await writeModel(folder, randomTensors(3), (card) => Object.assign(card.calibration, { x: [0, 1], y: [37, 37] }))
  const other = await createScorer({ concurrency: 1, model: folder })
  onTestFinished(() => other.dispose())
  expect(other.model.id).toBe('test')
  expect(await other.score(small)).toMatchObject({ score: 37, label: 'poor' })
})

describe('dispose', () => {
  test('ends what is under way as a failure of the engine, refuses what comes later, and can come twice', async () => {
    const other = await createScorer({ concurrency: 1 })
    const underWay = [other.score(photo), other.score(fixturePath('photo/coffee.png')), other.score('/nowhere')]
    await Promise.all([other.dispose(), other.dispose()])
    await other.dispose()
    const [first, second, third] = await Promise.all(underWay)
    for (const result of [first, second]) {
      expect(result).toMatchObject({
        status: 'undecodable',
        reason: 'engine-failure',
        message: 'Expected an open scorer but it was disposed.',
      })
    }
    expect(third).toMatchObject({ reason: 'unreadable' })
    for (const late of [other.score(small), other.explain(small), other.scoreMany([small]).next()]) {
      const error = await late.catch((error) => error)
      expect(error).toBeInstanceOf(UsageError)
      expect(error.message).toBe('Expected an open scorer but it was disposed.')
    }
  })

  test('ends the threads also where the engine does not end well', async () => {
    const closed = vi.spyOn(WorkerPool.prototype, 'close')
    const failing = vi.spyOn(WasmEngine.prototype, 'dispose').mockRejectedValue(new Error('The session is gone.'))
    onTestFinished(() => {
      closed.mockRestore()
      failing.mockRestore()
    })
    const other = await createScorer({ concurrency: 1, engine: 'wasm' })
    await expect(other.dispose()).rejects.toThrow('The session is gone.')
    expect(closed).toHaveBeenCalledOnce()
  })

  test('is not needed for the process to end', async () => {
    const child = await runModule(
      `import { createScorer } from ${JSON.stringify(built('index.js').href)}
      const scorer = await createScorer({ concurrency: 2 })
      console.log((await scorer.score(process.argv[1])).status)`,
      { args: [fixturePath('tiny/64x64.png')] },
    )
    expect(child).toEqual({ code: 0, stdout: 'scored\n', stderr: '' })
  })
})
