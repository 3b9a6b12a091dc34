import { describe, expect, test } from 'vitest'
import { fitLogistic, plcc, plccAfterLogistic, rmse, srcc } from '../../src/measure/index.js'
import { random } from '../../src/random.js'

const index = Array.from({ length: 60 }, (_, i) => i)
const predictions = index.map((i) => (i / 59) * 10)
const opinions = index.map((i) => {
  const q = predictions[i]!
  return 20 + 60 / (1 + Math.exp(-1.3 * (q - 4.2))) + 0.5 * q + 4 * Math.sin(i * 1.7) + 2 * Math.cos(i * 0.9)
})

describe('the 5-parameter logistic', () => {
  test('agrees with SciPy 1.17.1 (optimize.curve_fit)', () => {
    expect(plcc(predictions, opinions)).toBeCloseTo(0.947007027891878, 12)
    expect(plccAfterLogistic(predictions, opinions)).toBeCloseTo(0.9924859324566137, 9)
    expect(rmse(predictions, opinions)).toBeCloseTo(3.1957949937995704, 7)
    expect(fitLogistic(predictions, opinions).kind).toBe('five')
  })

  test('is the same for predictions on any scale, falling ones too', () => {
    const scaled = predictions.map((q) => 1e6 - 3e4 * q)
    expect(plccAfterLogistic(scaled, opinions)).toBeCloseTo(0.9924859324566137, 9)
    expect(rmse(scaled, opinions)).toBeCloseTo(3.1957949937995704, 7)
  })

  test('finds a step, which has no finite width', () => {
    const step = predictions.map((q) => (q < 5 ? 20 : 80))
    expect(plccAfterLogistic(predictions, step)).toBeGreaterThan(0.9999)
  })
})

describe('in its place', () => {
  test('comes a curve that does not turn back', () => {
    const hill = predictions.map((q) => 50 - (q - 6) ** 2)
    const { kind, map } = fitLogistic(predictions, hill)
    expect(kind).toBe('four')
    expect(srcc(predictions.map(map), predictions)).toBe(1)
  })

  test('comes a line for a handful of images', () => {
    const { kind, map } = fitLogistic([1, 2, 3], [10, 20, 30])
    expect(kind).toBe('line')
    expect(map(4)).toBeCloseTo(40, 10)
  })

  test('comes the mean for predictions that do not vary', () => {
    expect(rmse([1, 1, 1, 1], [10, 20, 30, 40])).toBeCloseTo(Math.sqrt(125), 10)
    expect(plccAfterLogistic([1, 1, 1, 1], [10, 20, 30, 40])).toBeNaN()
  })
})

test('never fits worse than a line, whatever the noise', () => {
  for (let seed = 0; seed < 50; seed++) {
    const next = random(seed)
    const x = Array.from({ length: 40 }, () => next() * 100)
    const y = x.map((value) => value * next() * 2 + 100 * next())
    const { kind } = fitLogistic(x, y)
    // Only the 4-parameter one, which stands in, can be a little worse.
    if (kind === 'five') expect(plccAfterLogistic(x, y)).toBeGreaterThan(Math.abs(plcc(x, y)) - 1e-6)
    expect(plccAfterLogistic(x, y)).toBeGreaterThan(Math.abs(plcc(x, y)) - 0.05)
  }
})
