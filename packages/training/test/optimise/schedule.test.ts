import { expect, test } from 'vitest'
import { warmupCosine } from '../../src/optimise/index.js'

test('rises in a straight line and falls along half a cosine', () => {
  const rate = warmupCosine({ peak: 1, warmup: 4, total: 14, floor: 0.1 })
  expect([0, 1, 2, 3].map(rate)).toEqual([0.25, 0.5, 0.75, 1])
  expect(rate(4)).toBe(1)
  expect(rate(9)).toBeCloseTo(0.55, 12)
  expect(rate(14)).toBeCloseTo(0.1, 12)
  expect(rate(1000)).toBeCloseTo(0.1, 12)
})

test('starts at the peak without a warm-up and ends at 0 by default', () => {
  const rate = warmupCosine({ peak: 2e-4, warmup: 0, total: 10 })
  expect(rate(0)).toBe(2e-4)
  expect(rate(10)).toBe(0)
})

test.each([
  [{ peak: 0, warmup: 0, total: 1 }, 'Expected a number above 0 for the peak learning rate, received 0.'],
  [{ peak: 1, warmup: 0, total: 1, floor: 2 }, 'Expected 0 to 1 (the peak) for the final learning rate, received 2.'],
  [{ peak: 1, warmup: 5, total: 5 }, 'Expected 0 to less than 5 steps (the whole run) for the warm-up, received 5.'],
])('refuses %o', (options, message) => {
  expect(() => warmupCosine(options)).toThrow(message)
})
