import { expect, test } from 'vitest'
import { faultAccuracy } from '../../src/measure/index.js'

const meant = ['blur', 'blur', 'blur', 'noise', 'noise', 'compression']
const said = ['blur', 'none', 'none', 'noise', 'compression', 'compression']
const judged = [10, 20, 59.9, 30, 40, 60]

test('counts what is judged bad enough, and what it is taken for', () => {
  const { images, top1, interval, faults } = faultAccuracy(said, meant, judged, { resamples: 200 })
  expect({ images, top1 }).toEqual({ images: 5, top1: 0.4 })
  expect(interval.low).toBeLessThan(0.4)
  expect(interval.high).toBeGreaterThan(0.4)
  expect(faults).toEqual([
    { name: 'blur', images: 3, top1: 1 / 3, confusedWith: 'none' },
    { name: 'noise', images: 2, top1: 0.5, confusedWith: 'compression' },
  ])
  expect(faultAccuracy(said, meant, judged, { below: 100 }).images).toBe(6)
})

test('nothing bad enough, nothing known', () => {
  const { images, top1, interval } = faultAccuracy(said, meant, judged, { below: 5 })
  expect({ images, top1, interval }).toEqual({
    images: 0,
    top1: Number.NaN,
    interval: { low: Number.NaN, high: Number.NaN },
  })
})

test('refuses what does not belong together', () => {
  expect(() => faultAccuracy(['blur'], meant, judged)).toThrow(
    'Expected as many faults said as meant and judged, received 1, 6 and 6.',
  )
})
