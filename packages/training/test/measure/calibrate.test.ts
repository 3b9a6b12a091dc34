import { calibrate } from '@diqa/core/model'
import { describe, expect, test } from 'vitest'
import { type Calibration, fitCalibration, srcc } from '../../src/measure/index.js'
import { random } from '../../src/random.js'

const next = random('calibrate')
const targets = Array.from({ length: 2000 }, () => Math.min(100, 25 * (next() + next() + next() + next())))
const predictions = targets.map((target) => Math.tanh((target - 50) / 30) + 0.8 * (next() - 0.5))

const scores = (map: Calibration, raw = predictions) => raw.map((x) => calibrate(map, x))
const share = (numbers: number[], below: number) => numbers.filter((value) => value < below).length / numbers.length
const squaredError = (numbers: number[]) => numbers.reduce((sum, value, i) => sum + (value - targets[i]!) ** 2, 0)
const rising = (numbers: number[]) => numbers.every((value, i) => i === 0 || value > numbers[i - 1]!)

describe.each(['mean', 'quantile'] as const)('%s', (method) => {
  const map = fitCalibration(predictions, targets, { method })

  test('rises strictly through at most 16 knots within 0 to 100', () => {
    expect(map.x.length).toBe(map.y.length)
    expect(map.x.length).toBeLessThanOrEqual(16)
    expect(map.x.length).toBeGreaterThan(8)
    expect(rising(map.x) && rising(map.y)).toBe(true)
    expect(Math.min(...map.y)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...map.y)).toBeLessThanOrEqual(100)
  })

  test('keeps the order of the images', () => {
    expect(srcc(scores(map), predictions)).toBe(1)
  })
})

test('mean errs least, quantile keeps the share of each label', () => {
  const mean = scores(fitCalibration(predictions, targets))
  const quantile = scores(fitCalibration(predictions, targets, { method: 'quantile' }))
  expect(squaredError(mean)).toBeLessThan(squaredError(quantile))
  for (const limit of [20, 40, 60, 80]) expect(share(quantile, limit)).toBeCloseTo(share(targets, limit), 1.5)
  expect(share(mean, 30)).toBeLessThan(share(targets, 30))
})

test('pools neighbours in the wrong order as SciPy 1.17.1 (optimize.isotonic_regression)', () => {
  // 1, 2.5, 2.5, 11/3, 11/3, 11/3, 5.5, 5.5: level stretches become one knot in their middle.
  const map = fitCalibration([1, 2, 3, 4, 5, 6, 7, 8], [1, 3, 2, 4, 3.5, 3.5, 6, 5])
  expect(map.x).toEqual([1, 2.5, 5, 7.5])
  expect(map.y.map((y) => y.toFixed(6))).toEqual(['1.000000', '2.500000', '3.666667', '5.500000'])
})

test('equal predictions get one score, the mean of their targets', () => {
  const map = fitCalibration([1, 1, 2, 2], [10, 30, 50, 70])
  expect(map).toEqual({ x: [1, 2], y: [20, 60] })
})

test('refuses what cannot be calibrated', () => {
  expect(() => fitCalibration([1, 2], [0, 101])).toThrow(
    'Expected 0 to 100 for the targets of a calibration, received 101.',
  )
  expect(() => fitCalibration([1, 2], [1, 2], { knots: 1 })).toThrow(
    'Expected a whole number of 2 or above for knots, received 1.',
  )
  const message = 'Expected predictions that rise with the targets for a calibration, received none that do.'
  expect(() => fitCalibration([1, 2, 3], [3, 2, 1])).toThrow(message)
  expect(() => fitCalibration([1, 1, 1], [1, 2, 3], { method: 'quantile' })).toThrow(message)
})
