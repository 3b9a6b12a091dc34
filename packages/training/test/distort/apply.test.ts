import { lowBand, type Pixels } from '@diqa/core/model'
import { describe, expect, test } from 'vitest'
import { applySteps } from '../../src/distort/apply.js'
import type { Step } from '../../src/distort/step.js'
import { picture } from '../tiny.js'

// Little noise: of noise alone, every way of scaling takes the same share.
const original = picture(96, 72, 'apply', 4)

/** Mean of the absolute differences, in gray levels. */
function error({ data }: Pixels, reference = original): number {
  return data.reduce((sum, sample, i) => sum + Math.abs(sample - reference.data[i]!), 0) / data.length
}

const ladders: [name: string, mild: Step, medium: Step, strong: Step][] = [
  jpeg('4:2:0'),
  jpeg('4:4:4'),
  ladder('webp', (quality) => ({ kind: 'webp', quality }), [90, 40, 3]),
  ladder('avif', (quality) => ({ kind: 'avif', quality }), [90, 45, 8]),
  ...(['nearest', 'linear', 'cubic', 'mitchell', 'lanczos3'] as const).map((kernel) =>
    ladder(`upscaling, ${kernel}`, (factor) => ({ kind: 'upscaling', factor, kernel }), [1.5, 4, 8]),
  ),
  ladder('blur', (sigma) => ({ kind: 'blur', sigma }), [0.4, 1, 4]),
  ladder('motion blur', (length) => ({ kind: 'motion-blur', length, angle: 0.7 }), [2, 6, 16]),
  ladder('noise', (deviation) => ({ kind: 'noise', deviation, film: false, seed: 5 }), [2, 12, 50]),
  ladder('specks', (share) => ({ kind: 'specks', share, seed: 5 }), [0.002, 0.02, 0.2]),
  ladder('film grain', (deviation) => ({ kind: 'noise', deviation, film: true, seed: 5 }), [2, 12, 50]),
  ladder('over-sharpening', (amount) => ({ kind: 'over-sharpening', sigma: 1, amount }), [1, 4, 12]),
  ladder('palette', (quality) => ({ kind: 'palette', colours: 256, quality, dither: 0 }), [100, 50, 1]),
  ladder('banding', (levels) => ({ kind: 'banding', levels }), [48, 16, 5]),
]

function ladder(
  name: string,
  make: (amount: number) => Step,
  [a, b, c]: [number, number, number],
): (typeof ladders)[number] {
  return [name, make(a), make(b), make(c)]
}

function jpeg(chroma: '4:2:0' | '4:4:4'): (typeof ladders)[number] {
  return ladder(`jpeg ${chroma}`, (quality) => ({ kind: 'jpeg', quality, chroma }), [95, 50, 5])
}

test.each(ladders)('%s: keeps the size, changes the picture, and more of it changes more', async (_, ...steps) => {
  const before = Uint8Array.from(original.data)
  const errors: number[] = []
  for (const step of steps) {
    const { data, ...shape } = await applySteps(original, [step])
    expect(shape).toEqual({ width: 96, height: 72, channels: 3 })
    expect(data).toHaveLength(96 * 72 * 3)
    errors.push(error({ data, ...shape }))
  }
  expect(errors[0]).toBeGreaterThan(0)
  expect(errors[1]).toBeGreaterThan(errors[0]!)
  expect(errors[2]).toBeGreaterThan(errors[1]!)
  expect(original.data).toEqual(before)
})

describe('applySteps', () => {
  test('does nothing without steps', async () => {
    expect(await applySteps(original, [])).toBe(original)
  })

  test('one after the other', async () => {
    const [small, sharp]: Step[] = [
      { kind: 'upscaling', factor: 2, kernel: 'cubic' },
      { kind: 'over-sharpening', sigma: 1, amount: 3 },
    ]
    const both = await applySteps(original, [small!, sharp!])
    expect(both).toEqual(await applySteps(await applySteps(original, [small!]), [sharp!]))
    expect(error(both, await applySteps(original, [sharp!, small!]))).toBeGreaterThan(0)
  })

  test('specks are black and white, as many as they should be', async () => {
    const gray = picture(100, 100, 3, 0)
    gray.data.fill(120)
    const { data } = await applySteps(gray, [{ kind: 'specks', share: 0.1, seed: 1 }])
    const reds = data.filter((_, i) => i % 3 === 0)
    const count = (level: number) => reds.filter((red) => red === level).length
    expect(count(0) + count(255)).toBeCloseTo(1000, -2)
    expect(count(0)).toBeCloseTo(500, -2)
    expect(count(120)).toBe(10_000 - count(0) - count(255))
    expect(data.every((sample, i) => sample === data[i - (i % 3)])).toBe(true)
  })

  test('the same seed gives the same noise', async () => {
    const noise = (seed: number): Step => ({ kind: 'noise', deviation: 9, film: false, seed })
    expect(await applySteps(original, [noise(1)])).toEqual(await applySteps(original, [noise(1)]))
    expect(await applySteps(original, [noise(2)])).not.toEqual(await applySteps(original, [noise(1)]))
  })

  test('film grain is gray, and leaves black and white alone', async () => {
    const gray: Pixels = { data: new Uint8Array(96 * 72 * 3).fill(128), width: 96, height: 72, channels: 3 }
    const { data } = await applySteps(gray, [{ kind: 'noise', deviation: 9, film: true, seed: 1 }])
    for (let i = 0; i < data.length; i += 3) expect([data[i + 1], data[i + 2]]).toEqual([data[i], data[i]])
    const black: Pixels = { ...gray, data: new Uint8Array(96 * 72 * 3) }
    expect(await applySteps(black, [{ kind: 'noise', deviation: 50, film: true, seed: 1 }])).toEqual(black)
  })

  test('motion blur smears along its angle alone', async () => {
    // Vertical stripes: a horizontal line takes them away, a vertical one leaves them.
    const data = Uint8Array.from({ length: 96 * 72 * 3 }, (_, i) => (Math.floor(i / 3) % 4 < 2 ? 60 : 200))
    const stripes: Pixels = { data, width: 96, height: 72, channels: 3 }
    const smeared = (angle: number) => applySteps(stripes, [{ kind: 'motion-blur', length: 8, angle }])
    expect(error(await smeared(Math.PI / 2), stripes)).toBeLessThan(1)
    expect(error(await smeared(0), stripes)).toBeGreaterThan(20)
    // The brightness stays.
    const mean = ({ data }: { data: Float32Array }) => data.reduce((a, b) => a + b) / data.length
    expect(mean(lowBand(await smeared(0)))).toBeCloseTo(mean(lowBand(stripes)), -0.5)
  })
})
