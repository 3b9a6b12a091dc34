import { expect, test } from 'vitest'
import { drawSettings, rounds } from '../../src/trials/space.js'

test('a draw depends on the seed and its number alone', () => {
  const draw = (seed: string, n: number) => drawSettings(seed, n, [96, 128])
  expect(draw('1', 4)).toEqual(draw('1', 4))
  expect(draw('1', 4)).not.toEqual(draw('1', 5))
  expect(draw('1', 4)).not.toEqual(draw('2', 4))
})

test('draws stay in their ranges and reach far into them', () => {
  const drawn = Array.from({ length: 200 }, (_, n) => drawSettings('ranges', n, [96, 128]))
  const ranges = {
    rate: [2e-4, 3e-3],
    correlation: [0.25, 4],
    map: [0.1, 3],
    siblings: [0.25, 4],
    fault: [0.03, 0.3],
    alpha: [0.05, 1],
    p: [0.2, 1],
  } as const
  for (const [name, [low, high]] of Object.entries(ranges)) {
    const values = drawn.map((each) => each[name as keyof typeof ranges])
    expect(Math.min(...values)).toBeGreaterThanOrEqual(low)
    expect(Math.max(...values)).toBeLessThanOrEqual(high)
    expect(Math.max(...values) - Math.min(...values)).toBeGreaterThan(0.8 * (high - low))
  }
  expect(new Set(drawn.map(({ side }) => side))).toEqual(new Set([96, 128]))
  expect(new Set(drawn.map(({ batch }) => batch))).toEqual(new Set([0.5, 1, 2]))
})

test('a third goes on, three times as long', () => {
  expect(rounds(9)).toEqual([
    { trials: 9, share: 1 / 9 },
    { trials: 3, share: 1 / 3 },
    { trials: 1, share: 1 },
  ])
  expect(rounds(4).map(({ trials }) => trials)).toEqual([4, 2, 1])
  expect(rounds(1)).toEqual([{ trials: 1, share: 1 }])
})
