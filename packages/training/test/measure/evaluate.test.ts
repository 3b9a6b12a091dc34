import { expect, test } from 'vitest'
import { compare, evaluate, krcc, plcc, plccAfterLogistic, rmse, srcc } from '../../src/measure/index.js'
import { random } from '../../src/random.js'

const next = random('evaluate')
const opinions = Array.from({ length: 90 }, () => next() * 100)
const predictions = opinions.map((opinion) => opinion / 50 + next())
const distortion = opinions.map((_, i) => ['noise', 'blur', 'jpeg'][i % 3]!)

test('gives all figures, with intervals around them', () => {
  const { overall, distortions } = evaluate(predictions, opinions, { resamples: 200 })
  expect(overall).toMatchObject({
    images: 90,
    srcc: srcc(predictions, opinions),
    plcc: plccAfterLogistic(predictions, opinions),
    plccRaw: plcc(predictions, opinions),
    krcc: krcc(predictions, opinions),
    rmse: rmse(predictions, opinions),
  })
  for (const name of ['srcc', 'plcc', 'krcc'] as const) {
    expect(overall.intervals[name].low).toBeLessThan(overall[name])
    expect(overall.intervals[name].high).toBeGreaterThan(overall[name])
  }
  expect(distortions).toEqual([])
})

test('gives a row for each distortion', () => {
  const { distortions } = evaluate(predictions, opinions, { distortion, resamples: 20 })
  expect(distortions.map(({ name, images }) => [name, images])).toEqual([
    ['blur', 30],
    ['jpeg', 30],
    ['noise', 30],
  ])
  const of = (numbers: number[]) => numbers.filter((_, i) => distortion[i] === 'jpeg')
  expect(distortions[1]).toMatchObject({ srcc: srcc(of(predictions), of(opinions)) })
})

test('knows nothing about a distortion of one image', () => {
  const { distortions } = evaluate([1, 2, 3], [1, 2, 3], { distortion: ['a', 'b', 'b'], resamples: 5 })
  expect(distortions[0]).toEqual({
    name: 'a',
    images: 1,
    srcc: Number.NaN,
    plcc: Number.NaN,
    plccRaw: Number.NaN,
    krcc: Number.NaN,
    rmse: Number.NaN,
    intervals: { srcc: { low: Number.NaN, high: Number.NaN } },
  })
})

test('gives a row for each part, with an interval', () => {
  const part = opinions.map((_, i) => (i < 30 ? 'b' : 'a'))
  const { parts, distortions } = evaluate(predictions, opinions, { part, resamples: 50 })
  expect(parts.map(({ name, images }) => [name, images])).toEqual([
    ['a', 60],
    ['b', 30],
  ])
  expect(parts[1]!.srcc).toBe(srcc(predictions.slice(0, 30), opinions.slice(0, 30)))
  expect(parts[1]!.intervals.srcc.low).toBeLessThan(parts[1]!.srcc)
  expect(distortions).toEqual([])
  expect(() => evaluate([1, 2], [1, 2], { part: ['a'] })).toThrow(
    'Expected a part for each of the 2 predictions, received 1.',
  )
})

test('tells two apart where one is clearly better', () => {
  const worse = opinions.map((opinion) => opinion / 50 + 4 * next())
  const { srcc: ranks, plcc: linear, krcc: pairs } = compare(predictions, worse, opinions, { resamples: 200 })
  expect(ranks.value).toBe(srcc(predictions, opinions) - srcc(worse, opinions))
  expect(linear.value).toBeCloseTo(plccAfterLogistic(predictions, opinions) - plccAfterLogistic(worse, opinions), 12)
  for (const { value, low, high } of [ranks, linear, pairs]) {
    expect(low).toBeGreaterThan(0)
    expect(low).toBeLessThan(value)
    expect(high).toBeGreaterThan(value)
  }
})

test('refuses distortions that do not belong to the predictions', () => {
  expect(() => evaluate([1, 2], [1, 2], { distortion: ['a'] })).toThrow(
    'Expected a distortion for each of the 2 predictions, received 1.',
  )
})
