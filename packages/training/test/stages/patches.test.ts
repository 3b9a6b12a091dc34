import { STATISTICS } from '@diqa/core/model'
import { describe, expect, test } from 'vitest'
import { random } from '../../src/random.js'
import { BatchOrder, copyPatch, drawPlace, standardOf, trainable } from '../../src/stages/patches.js'
import { picture, storeOf, temporary } from '../tiny.js'

const images = Array.from({ length: 10 }, (_, i) => 100 + i)

describe('BatchOrder', () => {
  const stepsOf = (order: BatchOrder, from: number, to: number, size: number) =>
    Array.from({ length: to - from }, (_, i) => order.batch(from + i, size))

  test('each image once an epoch, also where batches reach over its end', () => {
    const seen = stepsOf(new BatchOrder(images, 'a'), 0, 10, 3).flat()
    for (let epoch = 0; epoch < 3; epoch++) {
      expect(seen.slice(10 * epoch, 10 * epoch + 10).toSorted()).toEqual(images)
    }
    expect(seen.slice(0, 10)).not.toEqual(seen.slice(10, 20))
  })

  test('the same seed gives the same batches, another one others', () => {
    const batches = stepsOf(new BatchOrder(images, 'a'), 0, 9, 4)
    expect(stepsOf(new BatchOrder(images, 'a'), 0, 9, 4)).toEqual(batches)
    expect(stepsOf(new BatchOrder(images, 'b'), 0, 9, 4)).not.toEqual(batches)
  })

  test('goes on in the middle of an epoch, and back', () => {
    const batches = stepsOf(new BatchOrder(images, 'a'), 0, 9, 4)
    const resumed = new BatchOrder(images, 'a')
    expect(stepsOf(resumed, 4, 9, 4)).toEqual(batches.slice(4))
    expect(resumed.batch(1, 4)).toEqual(batches[1])
  })

  test('a batch larger than the set sees images again', () => {
    expect(new Set(new BatchOrder([7, 8], 'a').batch(0, 5)).size).toBe(2)
  })

  test('needs an image', () => {
    expect(() => new BatchOrder([], 'a')).toThrow('Expected at least one image for the batches, received none.')
  })
})

describe('drawPlace', () => {
  const places = (width: number, height: number, side: number) => {
    const rng = random('places')
    return Array.from({ length: 500 }, () => drawPlace(width, height, side, rng))
  }

  test('multiples of 8, inside, at every such place', () => {
    const drawn = places(53, 40, 16)
    for (const { x, y, width, height } of drawn) {
      expect([x % 8, y % 8, width, height]).toEqual([0, 0, 16, 16])
      expect(x + width).toBeLessThanOrEqual(53)
      expect(y + height).toBeLessThanOrEqual(40)
    }
    expect([...new Set(drawn.map(({ x }) => x))].sort((a, b) => a - b)).toEqual([0, 8, 16, 24, 32])
    expect([...new Set(drawn.map(({ y }) => y))].sort((a, b) => a - b)).toEqual([0, 8, 16, 24])
    expect(new Set(drawn.map(({ flipX, flipY }) => `${flipX} ${flipY}`)).size).toBe(4)
  })

  test('the only place where the patch is as large as the image', () => {
    for (const { x, y } of places(16, 16, 16)) expect([x, y]).toEqual([0, 0])
  })
})

test('copyPatch copies, and turns along either side', () => {
  // 0 to 23 in rows of 6
  const levels = Int8Array.from({ length: 24 }, (_, i) => i)
  const copy = (flipX: boolean, flipY: boolean) => {
    const out = new Int8Array(6)
    copyPatch(levels, 6, { x: 2, y: 1, width: 3, height: 2, flipX, flipY }, out)
    return [...out]
  }
  expect(copy(false, false)).toEqual([8, 9, 10, 14, 15, 16])
  expect(copy(true, false)).toEqual([10, 9, 8, 16, 15, 14])
  expect(copy(false, true)).toEqual([14, 15, 16, 8, 9, 10])
  expect(copy(true, true)).toEqual([16, 15, 14, 10, 9, 8])
  expect([...levels]).toEqual(Array.from({ length: 24 }, (_, i) => i))
})

test('standardOf: mean and deviation of each statistic, never a deviation of 0', () => {
  const row = (first: number) => Float32Array.from(STATISTICS, (_, i) => (i === 0 ? first : 3))
  const { mean, deviation } = standardOf([row(1), row(2), row(6)])
  expect(mean).toEqual(STATISTICS.map(() => 3))
  expect(deviation[0]).toBeCloseTo(Math.sqrt(14 / 3), 6)
  expect(deviation[1]).toBe(1e-3)
})

test('trainable: the train images that a patch fits into', async () => {
  const folder = await temporary()
  const store = await storeOf(folder, [
    { pixels: picture(64, 32, 1) },
    { pixels: picture(32, 40, 2) },
    { pixels: picture(64, 64, 3), split: 'val' },
  ])
  expect(trainable(store, 32)).toEqual([0, 1])
  expect(() => trainable(store, 40)).toThrow(
    `Expected an image of at least 40 x 40 pixels in the train split of ${folder} but found none.`,
  )
})
