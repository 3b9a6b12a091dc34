import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { createScorer, type ScorerOptions, UsageError } from '../src/index.js'
import { resolveOptions, type Settings } from '../src/options.js'

const whole = (least: number, most: number, name: string, value: string) =>
  `Expected a whole number from ${least} to ${most} for ${name} but received ${value}.`

const known = 'engine, device, maxPixels, concurrency, background, limitInputPixels, model'

describe('is refused', () => {
  const cases: [unknown, string][] = [
    [{ maxPixel: 5 }, `Expected one of ${known} for a scorer's option but received "maxPixel".`],
    [null, "Expected an object for a scorer's options but received a value of type Null."],
    ['wasm', "Expected an object for a scorer's options but received a value of type String."],
    [{ engine: 'cuda' }, 'Expected one of auto, wasm, onnx, tensorflow, webgpu for engine but received "cuda".'],
    [{ engine: null }, 'Expected one of auto, wasm, onnx, tensorflow, webgpu for engine but received null.'],
    [{ device: 'tpu' }, 'Expected one of auto, cpu, gpu for device but received "tpu".'],
    [{ engine: 'wasm', device: 'gpu' }, 'Expected an engine with a GPU for device "gpu" but "wasm" has none.'],
    [{ maxPixels: 1023 }, whole(1024, 1073741824, 'maxPixels', '1023')],
    [{ maxPixels: 2 ** 30 + 1 }, whole(1024, 1073741824, 'maxPixels', '1073741825')],
    [{ maxPixels: 5000.5 }, whole(1024, 1073741824, 'maxPixels', '5000.5')],
    [{ maxPixels: Number.NaN }, whole(1024, 1073741824, 'maxPixels', 'NaN')],
    [{ maxPixels: '5000' }, whole(1024, 1073741824, 'maxPixels', '"5000"')],
    [{ maxPixels: 5000n }, whole(1024, 1073741824, 'maxPixels', '5000n')],
    [{ concurrency: 0 }, whole(1, 256, 'concurrency', '0')],
    [{ concurrency: 257 }, whole(1, 256, 'concurrency', '257')],
    [{ concurrency: Number.POSITIVE_INFINITY }, whole(1, 256, 'concurrency', 'Infinity')],
    [{ limitInputPixels: 0 }, whole(1, 2147483648, 'limitInputPixels', '0')],
    [{ limitInputPixels: false }, whole(1, 2147483648, 'limitInputPixels', 'false')],
    [{ background: 'no colour' }, 'Expected an opaque CSS colour for background but received "no colour".'],
    [{ background: '' }, 'Expected an opaque CSS colour for background but received "".'],
    [{ background: 5 }, 'Expected an opaque CSS colour for background but received 5.'],
    [{ background: '#fff0' }, 'Expected an opaque CSS colour for background but received "#fff0".'],
    [{ background: 'transparent' }, 'Expected an opaque CSS colour for background but received "transparent".'],
    [{ background: 'rgba(0,0,0,.5)' }, 'Expected an opaque CSS colour for background but received "rgba(0,0,0,.5)".'],
    [{ model: 5 }, 'Expected the path of a folder for model but received 5.'],
  ]
  test.each(cases)('%o', async (options, message) => {
    const error = await createScorer(options as ScorerOptions).catch((error) => error)
    expect(error).toBeInstanceOf(UsageError)
    expect(error).toMatchObject({ name: 'UsageError', message })
  })

  test('a model that is not there', async () => {
    const error = await createScorer({ model: '/nowhere' }).catch((error) => error)
    expect(error).toBeInstanceOf(UsageError)
    expect(error.message).toMatch(
      /^Expected the model card at .+card\.json but could not read it \(ENOENT\): install the package again\.$/,
    )
  })
})

describe('are filled in', () => {
  const defaults: Settings = {
    engine: 'auto',
    device: 'auto',
    maxPixels: 131072,
    concurrency: availableParallelism(),
    background: '#fff',
    limitInputPixels: 268402689,
    model: undefined,
  }

  test('what is not given, or undefined, is the default', async () => {
    expect(await resolveOptions({}, defaults)).toEqual(defaults)
    const undefineds = Object.fromEntries(Object.keys(defaults).map((name) => [name, undefined]))
    expect(await resolveOptions(undefineds, defaults)).toEqual(defaults)
  })

  test('what is given counts, up to its limits', async () => {
    const background = 'hsl(120 100% 50% / 1)'
    const given = { maxPixels: 1024, concurrency: 256, limitInputPixels: 2 ** 31, background }
    expect(await resolveOptions(given, defaults)).toEqual({ ...defaults, ...given })
  })
})
