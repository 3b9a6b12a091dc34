import type { Tensor } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import { STATISTICS } from '../src/image/statistics.js'
import { FAULTS, FEATURES, heads, tensorShapes } from '../src/model/architecture.js'
import { assess, calibrate, headsOf, label } from '../src/model/quality.js'
import { randomModel } from './support/model.js'
import { seeded } from './support/pixels.js'
import { tensorFlow } from './support/tensorflow.js'

test.each([
  [0, 'bad'],
  [19.9, 'bad'],
  [20, 'poor'],
  [39.9, 'poor'],
  [40, 'fair'],
  [59.9, 'fair'],
  [60, 'good'],
  [79.9, 'good'],
  [80, 'excellent'],
  [100, 'excellent'],
])('%d is %s', (score, word) => {
  expect(label(score)).toBe(word)
})

describe('calibration', () => {
  const knots = { x: [-10, 0, 10, 50], y: [5, 20, 20, 90] }

  test('goes through the knots, straight between them', () => {
    expect([-10, -5, 0, 5, 10, 30, 50].map((value) => calibrate(knots, value))).toEqual([5, 12.5, 20, 20, 20, 55, 90])
  })

  test('goes on beyond the last knot, up to 100', () => {
    expect([52, 60, 1e9].map((value) => calibrate(knots, value))).toEqual([93.5, 100, 100])
  })

  test('goes on as steeply below the first knot, and nears 0 without reaching it', () => {
    expect((5 - calibrate(knots, -10.001)) / 0.001).toBeCloseTo(1.5, 2)
    const [ruined, worse, worst] = [-12, -20, -40].map((value) => calibrate(knots, value)) as [number, number, number]
    expect(ruined).toBeCloseTo(5 * Math.exp(-3 / 5), 12)
    expect(worse).toBeLessThan(ruined)
    expect(worst).toBeLessThan(worse)
    expect(worst).toBeGreaterThan(0)
    expect(calibrate(knots, -1e9)).toBe(0)
    expect(calibrate({ x: [0, 1], y: [0, 10] }, -1)).toBe(0)
  })

  test('never falls', () => {
    let last = 0
    for (let value = -30; value < 80; value += 0.25) {
      const score = calibrate(knots, value)
      expect(score).toBeGreaterThanOrEqual(last)
      last = score
    }
  })
})

describe('the heads', () => {
  const random = seeded(5)
  const model = randomModel()
  const inputs = Array.from({ length: 6 }, () => ({
    pooled: Float32Array.from({ length: FEATURES }, () => 2 * random()),
    statistics: Float32Array.from(STATISTICS, () => 6 * random() - 3),
  }))

  test('are the graph that training differentiates', async () => {
    const tf = await tensorFlow()
    const weights: Record<string, Tensor> = {}
    for (const [name, shape] of Object.entries(tensorShapes(STATISTICS.length))) {
      weights[name] = tf.tensor(model.tensors[name]!, shape)
    }
    const { mean, deviation } = model.card.statistics
    const pooled = tf.tensor2d(inputs.map((input) => [...input.pooled]))
    const standard = inputs.map(({ statistics }) => [...statistics].map((v, i) => (v - mean[i]!) / deviation[i]!))
    const graph = heads(tf, weights, pooled, tf.tensor2d(standard))
    const [quality, faults] = [await graph.quality.data(), await graph.faults.array()]
    expect(Math.max(...quality) - Math.min(...quality)).toBeGreaterThan(0.1)
    inputs.forEach(({ pooled, statistics }, i) => {
      const plain = headsOf(model, pooled, statistics)
      expect(Math.abs(plain.quality - quality[i]!)).toBeLessThan(1e-4)
      plain.faults.forEach((logit, k) => {
        expect(Math.abs(logit - faults[i]![k]!)).toBeLessThan(1e-4)
      })
    })
  })

  test('become a score of 0 to 100 with one decimal', () => {
    for (const { pooled, statistics } of inputs) {
      const { score } = assess(model, pooled, statistics)
      const exact = calibrate(model.card.calibration, 50 + 25 * headsOf(model, pooled, statistics).quality)
      expect(Math.abs(score - exact)).toBeLessThanOrEqual(0.05 + 1e-9)
      expect(Number(score.toFixed(1))).toBe(score)
    }
  })

  describe('name a fault', () => {
    const assessed = (fault: number, quality: number) => {
      const tensors = {
        ...model.tensors,
        'fault/bias': Float32Array.from(FAULTS, (_, k) => (k === fault ? 1e6 : 0)),
        'quality/bias': Float32Array.of(quality),
      }
      return assess({ ...model, tensors }, inputs[0]!.pooled, inputs[0]!.statistics)
    }

    test.each([...FAULTS.entries()])('%d: %s', (i, fault) => {
      expect(assessed(i, -100).fault).toBe(fault === 'none' ? undefined : fault)
    })

    test('but not of an excellent image', () => {
      expect(assessed(1, 100)).toEqual({ score: 100, label: 'excellent' })
    })
  })
})
