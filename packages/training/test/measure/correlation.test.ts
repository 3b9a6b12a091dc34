import { describe, expect, test } from 'vitest'
import { krcc, plcc, srcc } from '../../src/measure/index.js'
import { ranks } from '../../src/measure/srcc.js'
import { random } from '../../src/random.js'

// With ties in both, and in the same pair; values by SciPy 1.17.1: spearmanr, pearsonr, kendalltau.
const predictions = [3.1, 1.2, 5.5, 5.5, 2.0, 8.7, 7.7, 4.4, 4.4, 4.4, 9.1, 0.3]
const opinions = [40, 22, 55, 60, 22, 80, 91, 50, 45, 50, 85, 10]

test('agree with SciPy', () => {
  expect(srcc(predictions, opinions)).toBeCloseTo(0.9699251772074912, 14)
  expect(plcc(predictions, opinions)).toBeCloseTo(0.9775680188102271, 14)
  expect(krcc(predictions, opinions)).toBeCloseTo(0.9048759048763573, 14)
})

test('ranks share their mean where numbers are equal', () => {
  expect([...ranks([3, 1, 3, 2, 1])]).toEqual([4.5, 1.5, 4.5, 3, 1.5])
})

test('tau-b agrees with the count of all pairs', () => {
  const next = random('krcc')
  const x = Array.from({ length: 300 }, () => Math.floor(next() * 40))
  const y = x.map((value) => Math.floor((value + next() * 60) / 5))
  let [difference, untiedX, untiedY] = [0, 0, 0]
  for (let i = 0; i < x.length; i++) {
    for (let j = 0; j < i; j++) {
      const [dx, dy] = [Math.sign(x[i]! - x[j]!), Math.sign(y[i]! - y[j]!)]
      difference += dx * dy
      untiedX += dx * dx
      untiedY += dy * dy
    }
  }
  expect(krcc(x, y)).toBeCloseTo(difference / Math.sqrt(untiedX * untiedY), 14)
})

describe.each([
  ['srcc', srcc],
  ['plcc', plcc],
  ['krcc', krcc],
])('%s', (_, measure) => {
  test('is 1 and -1 at the ends, and does not mind typed arrays', () => {
    const rising = Float32Array.of(1, 2, 3, 4)
    expect(measure(rising, [10, 20, 30, 40])).toBeCloseTo(1, 14)
    expect(measure(rising, [40, 30, 20, 10])).toBeCloseTo(-1, 14)
  })

  test('is not defined where one does not vary', () => {
    expect(measure([1, 1, 1], [1, 2, 3])).toBeNaN()
  })

  test('refuses what does not belong together', () => {
    expect(() => measure([1, 2], [1, 2, 3])).toThrow(
      'Expected as many predictions as opinions, received 2 predictions for 3.',
    )
    expect(() => measure([1], [1])).toThrow('Expected at least 2 images to measure, received 1.')
    expect(() => measure([1, Number.NaN], [1, 2])).toThrow('Expected a finite number for prediction 2, received NaN.')
    expect(() => measure([1, 2], [Number.POSITIVE_INFINITY, 2])).toThrow(
      'Expected a finite number for opinion 1, received Infinity.',
    )
  })
})
