import { describe, expect, test } from 'vitest'
import { sampleRegions, TILE } from '../src/image/sample.js'
import type { Survey } from '../src/image/survey.js'
import type { Region } from '../src/model/normalize.js'
import { seeded } from './support/pixels.js'

const BUDGET = 8 * TILE * TILE

/** What a survey of an image would tell that is textured as said, by pixel. */
function surveyOf(width: number, height: number, texture: (x: number, y: number) => number): Survey {
  const columns = Math.floor(width / 16)
  const rows = Math.floor(height / 16)
  const cells = Float32Array.from({ length: columns * rows }, (_, i) =>
    texture((i % columns) * 16 + 8, Math.floor(i / columns) * 16 + 8),
  )
  return { histogram: new Float64Array(128), cells, columns, rows }
}

const even = () => 0.5
const sample = (width: number, height: number, texture: (x: number, y: number) => number, budget = BUDGET) =>
  sampleRegions(width, height, surveyOf(width, height, texture), budget)

const middle = ({ x, y, width, height }: Region) => [x + width / 2, y + height / 2] as const
const places = (regions: Region[]) => new Set(regions.map(({ x, y }) => `${x},${y}`))

describe('the whole image', () => {
  test.each([
    [300, 200, 300, 200],
    [303, 201, 300, 200],
    [32, 32, 32, 32],
    [512, 256, 512, 256],
  ])('of %d x %d is looked at under the budget', (width, height, wide, tall) => {
    expect(sample(width, height, even)).toEqual([{ x: 0, y: 0, width: wide, height: tall }])
  })

  test('of several megapixels is looked at in tiles, however large the budget: one piece would need gigabytes', () => {
    const tiles = sample(4000, 3000, even, 2 ** 30)
    expect(tiles[0]).toMatchObject({ width: TILE, height: TILE })
    expect(tiles.length * TILE * TILE).toBeLessThanOrEqual(4000 * 3000)
    expect(tiles.length * TILE * TILE).toBeGreaterThan(0.99 * 4000 * 3000)
  })
})

describe.each([
  [513, 256],
  [600, 400],
  [130, 1100],
  [1100, 130],
  [100, 5000],
  [5000, 100],
  [4001, 3003],
  [33, 9999],
  [200, 700],
])('of %d x %d', (width, height) => {
  const random = seeded(width)
  const texture = () => random()

  test.each([1024, 16384, 40000, BUDGET, 600000])(
    'tiles for %d pixels lie in the image and keep to the budget',
    (budget) => {
      const tiles = sample(width, height, texture, budget)
      if ((width - (width % 4)) * (height - (height % 4)) <= budget) return
      const { width: wide, height: tall } = tiles[0]!
      expect([wide, tall]).toEqual([Math.min(TILE, width - (width % 4)), Math.min(TILE, height - (height % 4))])
      // One tile is taken, however small the budget.
      expect(tiles.length).toBe(Math.max(1, Math.floor(Math.min(budget, width * height) / (wide * tall))))
      for (const tile of tiles) {
        expect([tile.x % 16, tile.y % 16, tile.width, tile.height]).toEqual([0, 0, wide, tall])
        expect(tile.x).toBeGreaterThanOrEqual(0)
        expect(tile.y).toBeGreaterThanOrEqual(0)
        expect(tile.x + wide).toBeLessThanOrEqual(width)
        expect(tile.y + tall).toBeLessThanOrEqual(height)
      }
    },
  )

  test('are the same every time', () => {
    const survey = surveyOf(width, height, texture)
    expect(sampleRegions(width, height, survey, BUDGET)).toEqual(sampleRegions(width, height, survey, BUDGET))
  })
})

describe('spread', () => {
  test('every quarter of an image has its tiles', () => {
    for (const texture of [even, (x: number) => x, (x: number, y: number) => (x < 300 && y < 300 ? 1 : 0)]) {
      const tiles = sample(2000, 1600, texture)
      const quarters = tiles.map(middle).map(([x, y]) => `${Number(x >= 1000)}${Number(y >= 800)}`)
      expect(new Set(quarters).size).toBe(4)
      expect(places(tiles).size).toBe(8)
    }
  })

  test('a long strip has one in each of its parts', () => {
    const down = sample(100, 5000, even).map((tile) => Math.floor(middle(tile)[1] / 500))
    expect(down).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
    const across = sample(5000, 100, even).map((tile) => Math.floor(middle(tile)[0] / 500))
    expect(across).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9])
  })

  test('no place is taken twice, not even the best one, on the border of two fields', () => {
    const tiles = sample(2048, 256, (x) => (Math.abs(x - 512) < 64 ? 1 : 0))
    expect(tiles).toHaveLength(8)
    expect(places(tiles).size).toBe(8)
  })

  test('even texture is looked at in the middle of each field', () => {
    const tiles = sample(1024, 512, even)
    const columns = tiles.map(middle).map(([x]) => x)
    expect(tiles.map(middle).map(([, y]) => y)).toEqual([128, 128, 128, 128, 384, 384, 384, 384])
    expect(columns).toEqual([128, 384, 640, 896, 128, 384, 640, 896])
  })
})

describe('texture', () => {
  test('is preferred to flat places', () => {
    const [tile] = sample(3000, 2000, (x, y) => (Math.hypot(x - 1700, y - 400) < 60 ? 1 : 0), TILE * TILE)
    const [x, y] = middle(tile!)
    expect(Math.hypot(x - 1700, y - 400)).toBeLessThan(30)
  })

  test('decides within each field', () => {
    const spots = [
      [200, 200],
      [820, 300],
      [200, 700],
      [820, 900],
    ] as const
    const spot = (x: number, y: number) => (spots.some(([u, v]) => Math.hypot(x - u, y - v) < 40) ? 1 : 0)
    const tiles = sample(1024, 1024, spot, 4 * TILE * TILE)
    tiles.map(middle).forEach(([x, y], i) => {
      expect(Math.hypot(x - spots[i]![0], y - spots[i]![1])).toBeLessThan(50)
    })
  })
})

test('the largest images are sampled quickly', () => {
  const survey = surveyOf(16000, 16000, even)
  const started = performance.now()
  expect(sampleRegions(16000, 16000, survey, BUDGET)).toHaveLength(8)
  expect(performance.now() - started).toBeLessThan(3000)
})
