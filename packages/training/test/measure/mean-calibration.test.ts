import { calibrate } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { meanCalibration } from '../../src/measure/index.js'

const [one, other] = [
  { x: [0, 50, 100], y: [0, 40, 100] },
  { x: [10, 60, 90], y: [10, 80, 100] },
]

test('is the mean of both maps wherever one of them bends, and between', () => {
  const both = meanCalibration([
    { map: one, share: 0.75 },
    { map: other, share: 0.25 },
  ])
  expect(both.x).toEqual([0, 10, 50, 60, 90, 100])
  for (const x of [0, 10, 30, 50, 55, 75, 90, 100]) {
    expect(calibrate(both, x)).toBeCloseTo(0.75 * calibrate(one, x) + 0.25 * calibrate(other, x), 9)
  }
})

test('a knot of both is one knot', () => {
  expect(
    meanCalibration([
      { map: one, share: 0.5 },
      { map: one, share: 0.5 },
    ]),
  ).toEqual(one)
})
