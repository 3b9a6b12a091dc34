import { STATISTICS } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { fitStatisticsRidge, RIDGE_KINDS, srcc } from '../../src/measure/index.js'
import { quadraticTerms } from '../../src/measure/statistics-ridge.js'
import { normal, random } from '../../src/random.js'

const at = (name: (typeof STATISTICS)[number]) => STATISTICS.indexOf(name)
const rng = random('statistics')

/** Images whose truth is a product of two statistics, which lie far from 0 as those of images do. */
function images(count: number) {
  const rows = Array.from({ length: count }, () => STATISTICS.map(() => 5 + normal(rng)))
  const truths = rows.map((row) => 20 * (row[at('highMean')]! - 5) * (row[at('chroma')]! - 5) + normal(rng))
  return { rows, truths }
}

const [train, val, test_] = [images(1500), images(100), images(200)]
const kind = (name: string) => RIDGE_KINDS.find((each) => each.name === name)!

test('the terms: the numbers, their squares and cross products', () => {
  expect(quadraticTerms([2, 3, 5])).toEqual([2, 3, 5, 4, 6, 10, 9, 15, 25])
  expect(quadraticTerms(STATISTICS.slice(0, 16).map(() => 1))).toHaveLength(152)
})

test('the first experiment saw 16 statistics, all different', () => {
  expect(new Set(RIDGE_KINDS[0]!.statistics).size).toBe(16)
  for (const { statistics } of RIDGE_KINDS) for (const name of statistics) expect(STATISTICS).toContain(name)
})

test('a quadratic ridge sees products, a linear one does not', () => {
  const agreement = (name: string) => {
    const { predict } = fitStatisticsRidge(kind(name), train, val)
    return srcc(test_.rows.map(predict), test_.truths)
  }
  expect(agreement('quadratic ridge, 16 statistics')).toBeGreaterThan(0.95)
  expect(agreement(`quadratic ridge, ${STATISTICS.length} statistics`)).toBeGreaterThan(0.95)
  expect(Math.abs(agreement(`ridge, ${STATISTICS.length} statistics`))).toBeLessThan(0.4)
})

test('the penalty is the one that val likes best', () => {
  const noise = (count: number) => {
    const { rows } = images(count)
    return { rows, truths: rows.map((row) => row[0]! + 12 * normal(rng)) }
  }
  const few = fitStatisticsRidge(kind(`quadratic ridge, ${STATISTICS.length} statistics`), noise(60), noise(400))
  const many = fitStatisticsRidge(kind(`quadratic ridge, ${STATISTICS.length} statistics`), train, val)
  expect(few.penalty).toBeGreaterThan(many.penalty)
})

test('statistics that do not vary do no harm', () => {
  const still = { rows: train.rows.map((row) => row.map((value, i) => (i === 0 ? 3 : value))), truths: train.truths }
  const { predict } = fitStatisticsRidge(kind(`quadratic ridge, ${STATISTICS.length} statistics`), still, val)
  expect(predict(val.rows[0]!)).toBeTypeOf('number')
  expect(predict(val.rows[0]!)).not.toBeNaN()
})
