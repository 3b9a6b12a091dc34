import { expect, test } from 'vitest'
import { drawSteps, drawVariants, KINDS } from '../../src/distort/draw-steps.js'
import { random } from '../../src/random.js'

const drawn = (seed: number, count: number) => {
  const rng = random(seed)
  return Array.from({ length: count }, () => drawSteps(rng))
}

test('the seed decides', () => {
  expect(drawn(1, 50)).toEqual(drawn(1, 50))
  expect(drawn(1, 50)).not.toEqual(drawn(2, 50))
})

test('draws every kind, the common ones most, within what the tools take', () => {
  const draws = drawn(3, 4000)
  const counts: Record<string, number> = {}
  for (const { name } of draws) counts[name] = (counts[name] ?? 0) + 1
  expect(Object.keys(counts).sort()).toEqual([
    'avif',
    'banding',
    'blur',
    'chain',
    'double-compression',
    'jpeg',
    'motion-blur',
    'noise',
    'over-sharpening',
    'palette',
    'upscaling',
    'webp',
  ])
  expect(Math.max(...Object.values(counts))).toBe(counts.jpeg)
  expect(counts.jpeg! / draws.length).toBeCloseTo(0.2, 1)
  for (const step of draws.flatMap(({ steps }) => steps)) {
    if ('quality' in step) expect(Number.isInteger(step.quality) && step.quality >= 1 && step.quality <= 100).toBe(true)
    if (step.kind === 'palette') expect([4, 16, 256]).toContain(step.colours)
    if (step.kind === 'banding') expect(step.levels).toBeGreaterThanOrEqual(2)
    if (step.kind === 'upscaling') expect(step.factor).toBeGreaterThan(1)
  }
})

test('a name says what was done: single kinds have one step, chains end in a codec', () => {
  for (const { name, steps } of drawn(4, 500)) {
    if (name === 'chain' || name === 'double-compression') {
      expect(['jpeg', 'webp', 'avif']).toContain(steps.at(-1)!.kind)
      expect(steps.length).toBeGreaterThanOrEqual(2)
    } else {
      expect(steps.map(({ kind }) => kind)).toEqual([name])
    }
  }
})

test('specks are drawn for who asks, half of them through a good codec', () => {
  const rng = random(6)
  const steps = Array.from({ length: 200 }, () => drawSteps(rng, ['specks']).steps)
  for (const [first, codec, ...rest] of steps) {
    expect(first).toMatchObject({ kind: 'specks' })
    expect(rest).toEqual([])
    if (codec) expect(['jpeg', 'webp', 'avif']).toContain(codec.kind)
  }
  const coded = steps.filter(({ length }) => length === 2).length
  expect(coded).toBeGreaterThan(70)
  expect(coded).toBeLessThan(130)
})

test('versions come in pairs of one kind, at levels of their own', () => {
  const rng = random(5)
  const versions = Array.from({ length: 200 }, () => drawVariants(7, rng))
  for (const drawn of versions) {
    expect(drawn).toHaveLength(7)
    for (const i of [0, 2, 4]) expect(drawn[i]!.name).toBe(drawn[i + 1]!.name)
  }
  const same = versions.filter(([one, other]) => JSON.stringify(one) === JSON.stringify(other))
  expect(same.length).toBeLessThan(10)
})

test('draws the kinds that are asked for alone', () => {
  const drawn = drawVariants(300, random(6), ['soft-chain', 'blur'])
  const soft = drawn.filter(({ name }) => name === 'soft-chain')
  expect(new Set(drawn.map(({ name }) => name))).toEqual(new Set(['soft-chain', 'blur']))
  expect(soft.length).toBeGreaterThan(100)
  // Softened, then through a codec that hardly shows: which is how soft pictures are shipped.
  for (const { steps } of soft) {
    const [first, codec] = steps as [(typeof steps)[number], (typeof steps)[number]]
    expect(steps).toHaveLength(2)
    expect(['blur', 'upscaling']).toContain(first.kind)
    expect('quality' in codec && codec.quality).toBeGreaterThanOrEqual(45)
  }
  expect(new Set(soft.map(({ steps }) => steps[0]!.kind)).size).toBe(2)
  expect(new Set(soft.map(({ steps }) => steps[1]!.kind)).size).toBe(3)
  expect(KINDS).toContain('soft-chain')
})
