import { expect, test } from 'vitest'
import { drawSteps, drawVariants } from '../../src/distort/draw-steps.js'
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
