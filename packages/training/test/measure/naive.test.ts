import type { Pixels } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { bitsAPixel, laplacianVariance } from '../../src/measure/naive.js'
import { picture } from '../tiny.js'

test('bits a pixel', () => {
  expect(bitsAPixel(1000, { width: 40, height: 50 })).toBe(4)
})

test('the variance of the Laplacian, by hand', () => {
  const data = new Uint8Array(20)
  data[6] = 10
  // Of the 2 x 3 inner pixels: -40 where the dot is, 10 beside it and below it, 0 elsewhere.
  const gray: Pixels = { data, width: 5, height: 4, channels: 1 }
  const mean = -20 / 6
  expect(laplacianVariance(gray)).toBeCloseTo((1600 + 100 + 100) / 6 - mean ** 2, 6)
})

test('a colour counts by its luma, and grain raises it', () => {
  const gray = picture(32, 24, 1, 0)
  const one = laplacianVariance({ ...gray, data: gray.data.filter((_, i) => i % 3 === 1), channels: 1 })
  const three = laplacianVariance({ ...gray, data: Uint8Array.from(gray.data, (_, i) => gray.data[i - (i % 3) + 1]!) })
  expect(three).toBeCloseTo(one, 2)
  expect(laplacianVariance(picture(32, 24, 1, 60))).toBeGreaterThan(laplacianVariance(gray))
})
