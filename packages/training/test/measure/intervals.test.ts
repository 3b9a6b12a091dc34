import { expect, test } from 'vitest'
import { bootstrapDifference, bootstrapGroups, bootstrapInterval, plcc, srcc } from '../../src/measure/index.js'

const predictions = [3.1, 1.2, 5.5, 5.5, 2.0, 8.7, 7.7, 4.4, 4.4, 4.4, 9.1, 0.3]
const opinions = [40, 22, 55, 60, 22, 80, 91, 50, 45, 50, 85, 10]

test('agrees with SciPy within the chance of the draws', () => {
  // scipy.stats.bootstrap (1.17.1), paired, percentile, 20,000 resamples
  const { low, high } = bootstrapInterval(plcc, predictions, opinions, { resamples: 20_000 })
  expect(low).toBeCloseTo(0.9526, 2)
  expect(high).toBeCloseTo(0.996, 2)
})

test('is the same for the same seed, wider for a higher level', () => {
  const interval = (options: object) => bootstrapInterval(srcc, predictions, opinions, { resamples: 300, ...options })
  expect(interval({ seed: 7 })).toEqual(interval({ seed: '7' }))
  expect(interval({ seed: 7 })).not.toEqual(interval({ seed: 8 }))
  expect(interval({ level: 0.99 }).low).toBeLessThan(interval({ level: 0.5 }).low)
})

test('leaves out draws without a correlation', () => {
  const { low, high } = bootstrapInterval(plcc, [1, 2], [1, 2], { resamples: 50 })
  expect([low, high]).toEqual([1, 1])
  expect(bootstrapInterval(plcc, [1, 1], [1, 2], { resamples: 50 }).low).toBeNaN()
})

test('refuses levels and counts out of range', () => {
  expect(() => bootstrapInterval(plcc, predictions, opinions, { level: 95 })).toThrow(
    'Expected more than 0 and less than 1 for level, received 95.',
  )
  expect(() => bootstrapInterval(plcc, predictions, opinions, { resamples: 0.5 })).toThrow(
    'Expected a whole number above 0 for resamples, received 0.5.',
  )
})

test('of two that are nearly the same, the difference is far surer than either', () => {
  const second = predictions.map((value, i) => value + (i % 2 ? 0.05 : -0.05))
  const options = { resamples: 400 }
  const difference = bootstrapDifference(plcc, predictions, second, opinions, options)
  const alone = bootstrapInterval(plcc, predictions, opinions, options)
  expect(difference.low).toBeLessThan(plcc(predictions, opinions) - plcc(second, opinions))
  expect(difference.high - difference.low).toBeLessThan((alone.high - alone.low) / 4)
  expect(bootstrapDifference(srcc, predictions, predictions, opinions, options)).toEqual({ low: 0, high: 0 })
})

test('groups are drawn whole', () => {
  // All that differs is between groups: drawn singly, the mean of 60 numbers would hardly move.
  const groups = [0, 10, 20].map((level) => new Array<number>(20).fill(level))
  const mean = (drawn: number[][]) => drawn.flat().reduce((a, b) => a + b) / drawn.flat().length
  const { low, high } = bootstrapGroups(groups, mean, { resamples: 500 })
  expect([low, high]).toEqual([0, 20])
  expect(() => bootstrapGroups([], () => 0)).toThrow('Expected at least one group to draw from, received none.')
})
