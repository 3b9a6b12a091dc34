import { describe, expect, test } from 'vitest'
import type { Pixels } from '../src/image/pixels.js'
import { normalizeRegions } from '../src/image/prepare.js'
import { lowBand } from '../src/model/low-band.js'
import { normalize, toUnits } from '../src/model/normalize.js'
import { largestDifference, noise, picture, plain } from './support/pixels.js'

/** The same by the definitions, one pixel after the other, and slow. */
function reference({ data, width, height, channels }: Pixels) {
  const weights = channels === 3 ? [77, 150, 29] : [256]
  const pixel = (at: number) => weights.reduce((sum, weight, c) => sum + weight * data[at * channels + c]!, 0) / 256
  const luma = (x: number, y: number) => pixel(clamp(y, height) * width + clamp(x, width))
  const gauss = Array.from({ length: 16 }, (_, i) => Math.exp(-((i - 7.5) ** 2) / (2 * (7 / 6) ** 2)))
  const norm = gauss.reduce((a, b) => a + b)
  const lowWidth = Math.ceil(width / 4)
  const lowHeight = Math.ceil(height / 4)
  const low: number[] = []
  for (let i = 0; i < lowHeight; i++) {
    for (let j = 0; j < lowWidth; j++) {
      let sum = 0
      for (let v = 0; v < 16; v++) {
        for (let u = 0; u < 16; u++) sum += gauss[u]! * gauss[v]! * luma(4 * j + 1.5 + u - 7.5, 4 * i + 1.5 + v - 7.5)
      }
      low.push(sum / norm ** 2)
    }
  }
  const sample = (j: number, i: number) => low[clamp(i, lowHeight) * lowWidth + clamp(j, lowWidth)]!
  const upscaled = (x: number, y: number) => {
    const [u, v] = [(x - 1.5) / 4, (y - 1.5) / 4]
    let sum = 0
    for (let i = Math.floor(v) - 1; i <= Math.floor(v) + 2; i++) {
      for (let j = Math.floor(u) - 1; j <= Math.floor(u) + 2; j++) {
        sum += bicubic(u - j) * bicubic(v - i) * sample(j, i)
      }
    }
    return sum
  }
  return { low, upscaled, high: (x: number, y: number) => luma(x, y) - upscaled(x, y) }
}

const clamp = (at: number, length: number) => Math.min(length - 1, Math.max(0, at))

/** Catmull and Rom's kernel. */
function bicubic(distance: number): number {
  const t = Math.abs(distance)
  if (t < 1) return 1.5 * t ** 3 - 2.5 * t ** 2 + 1
  return t < 2 ? -0.5 * t ** 3 + 2.5 * t ** 2 - 4 * t + 2 : 0
}

function levelsOf(image: Pixels, region = { x: 0, y: 0, width: image.width, height: image.height }): Int8Array {
  const out = new Int8Array(region.width * region.height)
  normalize(image, lowBand(image), region, out)
  return out
}

const images: [string, Pixels][] = [
  ['64 x 48 in colour', noise(64, 48)],
  ['63 x 45 in colour', noise(63, 45)],
  ['34 x 33 in gray', noise(34, 33, 1)],
  ['67 x 40 in colour', noise(67, 40)],
  ['80 x 32 in gray', noise(80, 32, 1)],
  ['41 x 38 of stripes', picture(41, 38, 1, (x, y) => ((x >> 2) + (y >> 3)) % 2 && 255)],
  ['1 x 1', plain(1, 1, 200)],
  ['3 x 70', noise(3, 70, 1)],
]

describe.each(images)('%s', (_name, image) => {
  const expected = reference(image)
  const low = lowBand(image)

  test('the low band is every fourth sample of the image blurred with the 16-tap Gaussian', () => {
    expect([low.width, low.height]).toEqual([Math.ceil(image.width / 4), Math.ceil(image.height / 4)])
    expect(largestDifference(low.data, expected.low)).toBeLessThan(0.02)
  })

  test('what is left is rounded to whole gray levels of −127 to 127', () => {
    const levels = levelsOf(image)
    for (let y = 0; y < image.height; y++) {
      for (let x = 0; x < image.width; x++) {
        const exact = Math.min(127, Math.max(-127, expected.high(x, y)))
        expect(Math.abs(levels[y * image.width + x]! - exact)).toBeLessThan(0.54)
      }
    }
  })
})

test('the low band of an even image is its level, and nothing is left', () => {
  const image = plain(50, 37, 90, 90, 90)
  for (const level of lowBand(image).data) expect(level).toBeCloseTo(90, 2)
  expect(new Set(levelsOf(image))).toEqual(new Set([0]))
})

test('a gray image and the same in RGB are the same', () => {
  const gray = noise(61, 47, 1)
  const colour = picture(61, 47, 3, (x, y) => gray.data[y * 61 + x]!)
  expect(levelsOf(colour)).toEqual(levelsOf(gray))
})

test.each([
  { x: 0, y: 0, width: 64, height: 64 },
  { x: 20, y: 13, width: 64, height: 32 },
  { x: 76, y: 61, width: 27, height: 10 },
])('a region has the levels of the whole image there: $x, $y, $width x $height', (region) => {
  const image = noise(103, 71)
  const whole = levelsOf(image)
  const part = levelsOf(image, region)
  for (let y = 0; y < region.height; y++) {
    const from = (region.y + y) * image.width + region.x
    expect(part.subarray(y * region.width, (y + 1) * region.width)).toEqual(whole.subarray(from, from + region.width))
  }
})

test('regions become the network’s input, one after the other, in units of 16 gray levels', () => {
  const image = noise(64, 64)
  const regions = [
    { x: 0, y: 0, width: 32, height: 16 },
    { x: 16, y: 32, width: 32, height: 16 },
  ]
  const tiles = normalizeRegions(image, lowBand(image), regions)
  expect(tiles).toMatchObject({ count: 2, width: 32, height: 16 })
  const expected = regions.flatMap((region) => [...levelsOf(image, region)].map((level) => level / 16))
  expect([...tiles.data]).toEqual(expected)
})

test('a unit is 16 gray levels', () => {
  const out = new Float32Array(4)
  toUnits(Int8Array.of(-127, 0, 1, 16), out)
  expect([...out]).toEqual([-127 / 16, 0, 1 / 16, 1])
})
