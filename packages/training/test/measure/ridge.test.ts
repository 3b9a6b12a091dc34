import { expect, test } from 'vitest'
import { fitRidge, fitRidges, predictRidge } from '../../src/measure/index.js'

const rows = Array.from({ length: 30 }, (_, i) => [Math.sin(i), 100 * Math.cos(i * 0.7), i * 0.1])
const targets = rows.map(([a, b, c], i) => 3 * a! - 0.02 * b! + c! + Math.sin(i * 3.3))

test('agrees with NumPy 2.4.6 (linalg.solve of the normal equations)', () => {
  const model = fitRidge(rows, targets, { penalty: 2.5 })
  const weights = [1.873077684810801, -1.2705006606683502, 0.8098858354710895]
  for (const [j, weight] of weights.entries()) expect(model.weights[j]).toBeCloseTo(weight, 12)
  expect(predictRidge(model, [0.5, 20, 1])).toBeCloseTo(2.03132147181853, 12)
  expect(predictRidge(model, Float32Array.of(-1, 0, 3.5))).toBeCloseTo(0.6901337478150935, 6)
})

test('gives no weight to a column that does not vary, and shares it between equal ones', () => {
  const model = fitRidge(
    rows.map(([a]) => [a!, 0.1, a!]),
    targets,
  )
  expect(model.weights[1]).toBeCloseTo(0, 9)
  expect(model.weights[0]).toBeCloseTo(model.weights[2]!, 9)
})

test('several penalties at once are what each is alone', () => {
  expect(fitRidges(rows, targets, [0.1, 10])).toEqual([0.1, 10].map((penalty) => fitRidge(rows, targets, { penalty })))
})

test('refuses rows and penalties that do not fit', () => {
  expect(() => fitRidge([[1, 2], [3]], [1, 2])).toThrow('Expected 2 numbers in each row of a ridge, received 1.')
  expect(() => fitRidge(rows, targets, { penalty: 0 })).toThrow(
    'Expected a number above 0 for the penalty of a ridge, received 0.',
  )
  expect(() => fitRidge(rows, [1])).toThrow('Expected as many predictions as opinions, received 30 predictions for 1.')
  expect(() => predictRidge(fitRidge(rows, targets), [1])).toThrow(
    'Expected 3 numbers in each row of a ridge, received 1.',
  )
})
