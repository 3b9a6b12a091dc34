import { describe, expect, test } from 'vitest'
import { chromaMoments } from '../src/image/chroma.js'
import { chromaSteps } from '../src/image/chroma-steps.js'
import type { Pixels } from '../src/image/pixels.js'
import { prepare } from '../src/image/prepare.js'
import { STATISTICS, statistics } from '../src/image/statistics.js'
import { RELIABILITY, survey, surveyLevels } from '../src/image/survey.js'
import { tonesOf } from '../src/image/tones.js'
import { lowBand } from '../src/model/low-band.js'
import { normalize } from '../src/model/normalize.js'
import { largestDifference, mirrored, noise, picture, plain, seeded } from './support/pixels.js'

type Name = (typeof STATISTICS)[number]

function statisticsOf(image: Pixels): Record<Name, number> {
  const low = lowBand(image)
  const values = statistics(image, low, survey(image, low))
  return Object.fromEntries(STATISTICS.map((name, i) => [name, values[i]])) as Record<Name, number>
}

describe('survey', () => {
  test('counts pixels by |Î| and means reliability over whole cells', () => {
    const levels = new Int8Array(20 * 18).fill(-3)
    levels[0] = 127
    levels[19] = -127 // beyond the only whole cell
    const { histogram, cells, columns, rows } = surveyLevels(levels, 20, 18)
    expect([columns, rows, cells.length]).toEqual([1, 1, 1])
    expect([histogram[3], histogram[127], histogram.reduce((a, b) => a + b)]).toEqual([358, 2, 360])
    expect(cells[0]).toBeCloseTo((255 * RELIABILITY[3]! + RELIABILITY[127]!) / 256, 6)
  })

  test('lays cells out row by row', () => {
    const levels = Int8Array.from({ length: 48 * 32 }, (_, i) => (i % 48 >= 32 && i >= 48 * 16 ? 10 : 0))
    const { cells, columns, rows } = surveyLevels(levels, 48, 32)
    expect([columns, rows]).toEqual([3, 2])
    expect([...cells]).toEqual([0, 0, 0, 0, 0, Math.fround(RELIABILITY[10]!)])
  })

  test.each([
    [16, 16],
    [83, 33],
    [130, 50],
  ])('of %d x %d counts every level and every whole cell', (width, height) => {
    const random = seeded(width)
    const levels = Int8Array.from({ length: width * height }, () => Math.floor(random() * 255) - 127)
    const { histogram, cells, columns } = surveyLevels(levels, width, height)
    const counts = new Float64Array(128)
    for (const level of levels) counts[Math.abs(level)]!++
    expect(histogram).toEqual(counts)
    cells.forEach((found, cell) => {
      let sum = 0
      for (let i = 0; i < 256; i++) {
        const [x, y] = [(cell % columns) * 16 + (i & 15), Math.floor(cell / columns) * 16 + (i >> 4)]
        sum += RELIABILITY[Math.abs(levels[y * width + x]!)]!
      }
      expect(found).toBe(Math.fround(sum / 256))
    })
  })

  test.each([
    [48, 48],
    [83, 33],
    [131, 50],
    [16, 5],
  ])('of %d x %d compares every level with its neighbours in its strip of 16 rows', (width, height) => {
    const random = seeded(height)
    const levels = Int8Array.from({ length: width * height }, () => Math.floor(random() * 255) - 127)
    const pairs = (dx: number, dy: number) => {
      const found: { x: number; y: number; a: number; b: number }[] = []
      for (let y = 0; y < height; y++) {
        for (let x = 0; x + dx < width; x++) {
          const other = y + dy
          if (other < 0 || other >= height || other >> 4 !== y >> 4) continue
          found.push({ x, y, a: levels[y * width + x]!, b: levels[other * width + x + dx]! })
        }
      }
      return found
    }
    const mean = (values: number[]) => values.reduce((a, b) => a + b, 0) / (values.length || 1)
    const { across, down, products } = surveyLevels(levels, width, height).neighbours
    for (let place = 0; place < 8; place++) {
      const apart = (some: ReturnType<typeof pairs>) => mean(some.map(({ a, b }) => Math.abs(a - b)))
      expect(across[place]).toBeCloseTo(apart(pairs(1, 0).filter(({ x }) => x % 8 === place)), 9)
      expect(down[place]).toBeCloseTo(apart(pairs(0, 1).filter(({ y }) => y % 8 === place)), 9)
    }
    const product = (dx: number, dy: number) => mean(pairs(dx, dy).map(({ a, b }) => a * b))
    expect(products.across).toBeCloseTo(product(1, 0), 9)
    expect(products.down).toBeCloseTo(product(0, 1), 9)
    expect(products.rising).toBeCloseTo(product(1, -1), 9)
    expect(products.falling).toBeCloseTo(product(1, 1), 9)
    expect(products.across2).toBeCloseTo(product(2, 0), 9)
    expect(products.down2).toBeCloseTo(product(0, 2), 9)
  })

  test('of an image is that of its Î', () => {
    const image = noise(70, 53)
    const levels = new Int8Array(70 * 53)
    normalize(image, lowBand(image), { x: 0, y: 0, width: 70, height: 53 }, levels)
    expect(survey(image, lowBand(image))).toEqual(surveyLevels(levels, 70, 53))
  })

  test('reliability is 0 for nothing and nears 1', () => {
    expect(RELIABILITY[0]).toBe(0)
    expect(RELIABILITY[5]).toBeCloseTo(2 / (1 + Math.exp(-1)) - 1, 12)
    expect(RELIABILITY[127]).toBeGreaterThan(0.999)
  })
})

describe('statistics', () => {
  test('of an even image are those of its colour, and nothing else', () => {
    const [r, g, b] = [200, 60, 20]
    const found = statisticsOf(plain(64, 64, r, g, b))
    const cb = (-0.168736 * r - 0.331264 * g + 0.5 * b) / 32
    const cr = (0.5 * r - 0.418688 * g - 0.081312 * b) / 32
    const luma = (77 * r + 150 * g + 29 * b) / 256
    // The pixels of the one level that there is are spread evenly from half a level below it to half a level above.
    const lumaAt = (share: number) => (Math.round(luma) - 0.5 + share) / 128
    const nothing = { middleMean: Math.log(0.1), middleEnergy: Math.log(0.1) }
    const expected: Record<Name, number> = {
      reliability: 0,
      lumaDeviation: 0,
      lumaMean: luma / 128,
      luma02: lumaAt(0.02),
      luma10: lumaAt(0.1),
      luma50: lumaAt(0.5),
      luma90: lumaAt(0.9),
      luma98: lumaAt(0.98),
      dark: 0,
      bright: 0,
      blueMean: cb,
      blueDeviation: 0,
      redMean: cr,
      redDeviation: 0,
      chroma: Math.hypot(cb, cr),
      highMean: Math.log(0.1),
      highEnergy: Math.log(0.1),
      // The pixels of level 0 are spread evenly from −½ to ½, and no quantile is below 0.
      high25: Math.log(0.5),
      high50: Math.log(0.5),
      high75: Math.log(0.25 + 0.5),
      high90: Math.log(0.4 + 0.5),
      high99: Math.log(0.49 + 0.5),
      ...nothing,
      middle50: Math.log(0.5),
      middle90: Math.log(0.4 + 0.5),
      middle99: Math.log(0.49 + 0.5),
      middleAcrossCorrelation: 0,
      middleDownCorrelation: 0,
      middleDiagonalCorrelation: 0,
      acrossCorrelation: 0,
      downCorrelation: 0,
      diagonalCorrelation: 0,
      acrossCorrelation2: 0,
      downCorrelation2: 0,
      acrossBlocks8: 0,
      downBlocks8: 0,
      acrossBlocks4: 0,
      downBlocks4: 0,
      tones: 0,
      toneEntropy: 0,
      changes: Math.log(0.001),
      changeStep: 0,
      chromaStep: Math.log(0.1),
      chromaStep2: Math.log(0.1),
      chromaBlocks16: 0,
    }
    for (const name of STATISTICS) expect(found[name], name).toBeCloseTo(expected[name], 3)
  })

  test('tell dark, bright and contrast', () => {
    expect(statisticsOf(plain(32, 32, 10))).toMatchObject({ dark: 1, bright: 0 })
    expect(statisticsOf(plain(32, 32, 250))).toMatchObject({ dark: 0, bright: 1 })
    const halves = statisticsOf(picture(512, 64, 1, (x) => (x < 256 ? 0 : 240)))
    expect(halves.dark).toBeCloseTo(0.5, 1)
    expect(halves.bright).toBeCloseTo(0.5, 1)
    expect(halves.lumaMean).toBeCloseTo(120 / 128, 2)
    expect(halves.lumaDeviation).toBeCloseTo(120 / 64, 1)
  })

  test('of Î are those of its histogram', () => {
    const image = noise(64, 64)
    const levels = new Int8Array(64 * 64)
    normalize(image, lowBand(image), { x: 0, y: 0, width: 64, height: 64 }, levels)
    const sizes = [...levels].map(Math.abs).sort((a, b) => a - b)
    const mean = (of: (size: number) => number) => sizes.reduce((sum, size) => sum + of(size), 0) / sizes.length
    const found = statisticsOf(image)
    expect(found.reliability).toBeCloseTo(
      mean((size) => RELIABILITY[size]!),
      5,
    )
    expect(found.highMean).toBeCloseTo(Math.log(mean((size) => size) + 0.1), 5)
    expect(found.highEnergy).toBeCloseTo(Math.log(mean((size) => size * size) + 0.1), 5)
    for (const [name, share] of [
      ['high25', 0.25],
      ['high50', 0.5],
      ['high75', 0.75],
      ['high90', 0.9],
      ['high99', 0.99],
    ] as const) {
      expect(Math.exp(found[name]) - 0.5, name).toBeCloseTo(sizes[Math.floor(share * sizes.length)]!, -0.3)
    }
  })

  test('of the quarter-scale image see coarse texture that Î of the image does not', () => {
    const coarse = statisticsOf(picture(256, 256, 1, (x, y) => 128 + 100 * Math.sin(x / 5) * Math.sin(y / 5)))
    const fine = statisticsOf(picture(256, 256, 1, (x, y) => ((x + y) % 2 ? 228 : 28)))
    expect(coarse.middleMean).toBeGreaterThan(coarse.highMean + 1)
    expect(fine.highMean).toBeGreaterThan(fine.middleMean + 1)
  })

  test('tell smooth from rough, by direction', () => {
    const stripes = statisticsOf(picture(128, 128, 1, (x) => (x % 2 ? 160 : 96)))
    expect(stripes.acrossCorrelation).toBeCloseTo(-1, 1)
    expect(stripes.diagonalCorrelation).toBeCloseTo(-1, 1)
    expect(stripes.downCorrelation).toBeCloseTo(1, 1)
    expect(stripes.acrossCorrelation2).toBeCloseTo(1, 1)
    expect(stripes.downCorrelation2).toBeCloseTo(1, 1)
    const grain = noise(256, 256)
    for (const name of ['acrossCorrelation', 'downCorrelation', 'diagonalCorrelation'] as const) {
      expect(Math.abs(statisticsOf(grain)[name]), name).toBeLessThan(0.15)
    }
    const smooth = statisticsOf(picture(128, 128, 1, (x, y) => 128 + 60 * Math.sin(x / 2) + 60 * Math.sin(y / 2)))
    expect(smooth.acrossCorrelation).toBeGreaterThan(0.4)
    expect(smooth.acrossCorrelation2).toBeLessThan(smooth.acrossCorrelation)
  })

  test('tell the edges of blocks', () => {
    const blocks = (side: number) => {
      const random = seeded(side)
      const levels = Array.from({ length: 32 * 32 }, () => 100 + 60 * random())
      return statisticsOf(picture(128, 128, 1, (x, y) => levels[Math.floor(y / side) * 32 + Math.floor(x / side)]!))
    }
    const [eights, fours, none] = [blocks(8), blocks(4), statisticsOf(noise(128, 128))]
    expect(Math.min(eights.acrossBlocks8, eights.downBlocks8)).toBeGreaterThan(1)
    expect(Math.min(fours.acrossBlocks4, fours.downBlocks4)).toBeGreaterThan(1)
    expect(eights.acrossBlocks8).toBeGreaterThan(fours.acrossBlocks8 + 0.5)
    for (const name of ['acrossBlocks8', 'downBlocks8', 'acrossBlocks4', 'downBlocks4'] as const) {
      expect(Math.abs(none[name]), name).toBeLessThan(0.1)
    }
  })

  test('tell where most of luma lies', () => {
    const ramp = statisticsOf(picture(512, 64, 1, (x) => x / 2))
    expect(ramp.luma02).toBeLessThan(ramp.luma10)
    expect(ramp.luma10 * 128).toBeCloseTo(25.6, -0.5)
    expect(ramp.luma50 * 128).toBeCloseTo(128, -0.5)
    expect(ramp.luma90 * 128).toBeCloseTo(230, -0.5)
    expect(ramp.luma98).toBeGreaterThan(ramp.luma90)
  })

  test('are the same for the mirrored image', () => {
    const image = picture(128, 96, 3, (x, y, c) => 128 + 90 * Math.sin((x * x) / 900 + y / (5 + c)))
    const values = (of: Pixels) => Object.values(statisticsOf(of))
    expect(largestDifference(values(mirrored(image)), values(image))).toBeLessThan(0.002)
  })

  test('do not depend on how many pixels the network looks at', () => {
    const image = noise(400, 300)
    const little = prepare(image, 16384)
    const whole = prepare(image, 2 ** 20)
    expect(little.tiles.count * little.tiles.width * little.tiles.height).toBe(16384)
    expect(whole.tiles).toMatchObject({ count: 1, width: 400, height: 300 })
    expect(little.statistics).toEqual(whole.statistics)
    expect(little.flat).toBe(false)
  })

  test('are finite for the smallest and oddest images', () => {
    for (const [width, height] of [
      [32, 32],
      [33, 35],
      [32, 5000],
    ] as const) {
      for (const image of [noise(width, height), noise(width, height, 1), plain(width, height, 0)]) {
        expect(Object.values(statisticsOf(image)).every(Number.isFinite)).toBe(true)
      }
    }
  })
})

describe('tones', () => {
  test('are the gray levels that are there, by how many pixels', () => {
    expect(tonesOf(plain(16, 16, 200, 60, 20))).toEqual({ count: 1, entropy: 0, changes: 0, step: 0 })
    // Two levels, one column each; the first pixel of a row has nothing to its left.
    const stripes = tonesOf(picture(64, 8, 1, (x) => (x % 2 ? 160 : 96)))
    expect(stripes).toEqual({ count: 2, entropy: 1, changes: 63 / 64, step: 64 })
    const four = tonesOf(picture(64, 8, 3, (x) => 60 * (x >> 4)))
    expect(four).toEqual({ count: 4, entropy: 2, changes: 3 / 64, step: 60 })
    const ramp = tonesOf(picture(256, 4, 3, (x) => x))
    expect(ramp).toEqual({ count: 256, entropy: 8, changes: 255 / 256, step: 1 })
  })

  test('leave out what hardly any pixel has', () => {
    const specks = picture(128, 128, 1, (x, y) => (y === 64 && x < 3 ? 255 : 10))
    expect(tonesOf(specks).count).toBe(1)
    const spots = picture(128, 128, 1, (x, y) => (y === 64 && x < 4 ? 255 : 10))
    expect(tonesOf(spots).count).toBe(2)
  })

  test('change with the colour, too', () => {
    // Red and green of the same luma.
    const [red, green] = [
      [150, 0, 0],
      [0, 77, 0],
    ] as const
    const stripes = tonesOf(picture(32, 4, 3, (x, _y, c) => (x % 2 ? red : green)[c]!))
    expect(stripes).toEqual({ count: 1, entropy: 0, changes: 31 / 32, step: 0 })
  })

  test('of a large image are those of some of its rows', () => {
    const image = picture(1024, 1024, 1, (x, y) => (y % 8 === 0 ? x / 4 : 0))
    expect(tonesOf(image)).toMatchObject({ count: 256, changes: 255 / 1024, step: 1 })
  })
})

describe('steps of chroma', () => {
  test('are those of red and blue beside luma', () => {
    expect(chromaSteps(noise(40, 40, 1))).toEqual({ near: 0, next: 0, edges: 0 })
    const gray = chromaSteps(picture(64, 8, 3, (x) => 4 * x))
    for (const step of Object.values(gray)) expect(step).toBeCloseTo(0, 9)
    // Blue alone goes up and down by 128: less luma by 128 - 14.5, and red less luma by 14.5.
    const stripes = chromaSteps(picture(64, 8, 3, (x, _y, c) => (c === 2 && x % 2 ? 128 : 0)))
    expect(stripes.near).toBeCloseTo(64, 6)
    expect(stripes.next).toBeCloseTo(0, 6)
    expect(stripes.edges).toBeCloseTo(64, 6)
  })

  test('at the edges of blocks of 16 are larger where there are blocks', () => {
    const blocks = picture(128, 16, 3, (x, _y, c) => (c === 2 && (x >> 4) % 2 ? 128 : 0))
    expect(chromaSteps(blocks).edges).toBeCloseTo(64, 6)
    expect(chromaSteps(blocks).near).toBeCloseTo((64 * 7) / 127, 6)
    expect(statisticsOf(blocks).chromaBlocks16).toBeGreaterThan(2)
    expect(Math.abs(statisticsOf(noise(256, 128)).chromaBlocks16)).toBeLessThan(0.1)
  })

  test('of halved resolution are smaller', () => {
    const full = noise(128, 64)
    const halved = picture(128, 64, 3, (x, y, c) => full.data[((y >> 1) * 256 + (x >> 1) * 2) * 3 + c]!)
    expect(statisticsOf(halved).chromaStep).toBeLessThan(statisticsOf(full).chromaStep - 0.5)
    expect(statisticsOf(halved).chromaStep2).toBeCloseTo(statisticsOf(full).chromaStep2, 0)
  })
})

describe('chroma', () => {
  test('of a gray image is none', () => {
    const none = { blueMean: 0, blueDeviation: 0, redMean: 0, redDeviation: 0, meanChroma: 0 }
    expect(chromaMoments(noise(40, 40, 1))).toEqual(none)
    for (const value of Object.values(chromaMoments(plain(8, 8, 77, 77, 77)))) expect(value).toBeCloseTo(0, 3)
  })

  test('is that of means over 4 x 4 pixels', () => {
    const blue = { cb: 127.5, cr: -0.081312 * 255 }
    const image = picture(8, 4, 3, (x, _y, c) => (c === 2 && x < 4 ? 255 : 0))
    const found = chromaMoments(image)
    expect(found.blueMean).toBeCloseTo(blue.cb / 2, 6)
    expect(found.blueDeviation).toBeCloseTo(blue.cb / 2, 6)
    expect(found.redMean).toBeCloseTo(blue.cr / 2, 6)
    expect(found.redDeviation).toBeCloseTo(-blue.cr / 2, 6)
    expect(found.meanChroma).toBeCloseTo(Math.hypot(blue.cb, blue.cr) / 2, 6)
    const checked = picture(4, 4, 3, (x, y, c) => (c === 2 && (x + y) % 2 ? 255 : 0))
    expect(chromaMoments(checked).blueMean).toBeCloseTo(blue.cb / 2, 6)
  })

  test.each([
    [64, 48],
    [61, 47],
    [4, 4],
    [23, 9],
  ])('of %d x %d is that of its whole blocks', (width, height) => {
    const image = noise(width, height)
    const distances: number[] = []
    for (let y = 0; y + 4 <= height; y += 4) {
      for (let x = 0; x + 4 <= width; x += 4) {
        const [r, g, b] = [0, 1, 2].map((c) => {
          let sum = 0
          for (let i = 0; i < 16; i++) sum += image.data[((y + (i >> 2)) * width + x + (i & 3)) * 3 + c]!
          return sum / 16
        }) as [number, number, number]
        distances.push(Math.hypot(-0.168736 * r - 0.331264 * g + 0.5 * b, 0.5 * r - 0.418688 * g - 0.081312 * b))
      }
    }
    const mean = distances.reduce((a, b) => a + b) / distances.length
    expect(chromaMoments(image).meanChroma).toBeCloseTo(mean, 9)
  })
})
