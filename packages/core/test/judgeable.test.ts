import { describe, expect, test } from 'vitest'
import { flatness, SMALLEST_SIDE, tooSmall } from '../src/image/judgeable.js'
import type { Pixels } from '../src/image/pixels.js'
import { survey } from '../src/image/survey.js'
import { lowBand } from '../src/model/low-band.js'
import { noise, picture, plain } from './support/pixels.js'

describe('too small', () => {
  test('is what has a side below 48 pixels', () => {
    expect(SMALLEST_SIDE).toBe(48)
    expect(tooSmall(48, 48)).toBeUndefined()
    expect(tooSmall(5000, 48)).toBeUndefined()
    expect(tooSmall(47, 200)).toEqual({
      reason: 'too-small',
      message: 'Expected at least 48 pixels along each side but the image has 47 x 200.',
    })
    expect(tooSmall(200, 47)?.message).toBe('Expected at least 48 pixels along each side but the image has 200 x 47.')
  })
})

describe('flat', () => {
  const flat = (image: Pixels) => {
    const low = lowBand(image)
    return flatness(survey(image, low), low)
  }
  const cases: [string, Pixels, boolean][] = [
    ['a fill', plain(200, 100, 12, 200, 90), true],
    ['a fill of gray', plain(200, 100, 255), true],
    ['a smooth gradient', picture(256, 256, 3, (x, y) => (x + y) / 2), true],
    ['a fill with one pixel of another colour', picture(500, 500, 1, (x, y) => (x === 9 && y === 9 ? 0 : 200)), true],
    ['grain', noise(64, 64), false],
    ['weak grain', picture(64, 64, 1, (x, y) => 100 + ((x * 7 + y * 13) % 5) * 2), false],
    [
      'a line of text in a blank page',
      picture(400, 400, 1, (x, y) => (y > 90 && y < 100 && x % 7 < 2 ? 0 : 255)),
      false,
    ],
    ['what is left of stripes out of focus', picture(2400, 64, 1, (x) => 128 + 25 * Math.sin(x / 8)), false],
    ['a glow', picture(512, 512, 1, (x, y) => 60 + 190 * Math.exp(-((x - 256) ** 2 + (y - 256) ** 2) / 2e4)), true],
    ['one edge', picture(400, 400, 1, (x) => (x < 200 ? 60 : 180)), false],
  ]
  test.each(cases)('%s: %#', (_name, image, expected) => {
    expect(flat(image)).toBe(expected)
  })
})
