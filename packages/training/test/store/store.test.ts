import { copyFileSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { lowBand, normalize, STATISTICS, statistics, survey } from '@diqa/core/model'
import { describe, expect, test } from 'vitest'
import { Store } from '../../src/store/store.js'
import { StoreWriter } from '../../src/store/store-writer.js'
import { picture, storeOf, temporary } from '../tiny.js'

const [first, second] = [picture(40, 33, 1), picture(52, 36, 2)]

describe('a store', () => {
  test('gives back what was written', async () => {
    const folder = await temporary()
    const store = await storeOf(folder, [
      { pixels: first, name: 'a.png', quality: 12.5, group: 'a', split: 'train' },
      {
        pixels: second,
        name: 'b.png',
        quality: 80,
        group: 'b',
        split: 'val',
        distortion: 'jpeg',
        level: 2,
        reference: 0,
      },
    ])
    expect(store.images).toEqual([
      { name: 'a.png', quality: 12.5, group: 'a', split: 'train', width: 40, height: 33, offset: 0 },
      {
        name: 'b.png',
        quality: 80,
        group: 'b',
        split: 'val',
        distortion: 'jpeg',
        level: 2,
        reference: 0,
        width: 52,
        height: 36,
        offset: 1320,
      },
    ])
    expect(store.header).toMatchObject({
      version: 1,
      name: 'tiny',
      truth: 'opinion',
      scale: { direction: 'mos', min: 1, max: 5 },
      statistics: STATISTICS,
    })
  })

  test("holds core's levels and statistics", async () => {
    const store = await storeOf(await temporary(), [{ pixels: first }, { pixels: second }])
    for (const [i, pixels] of [first, second].entries()) {
      const { width, height } = pixels
      const low = lowBand(pixels)
      const levels = new Int8Array(width * height)
      normalize(pixels, low, { x: 0, y: 0, width, height }, levels)
      expect(store.levels(i)).toEqual(levels)
      expect(store.statisticsOf(i)).toEqual(statistics(pixels, low, survey(pixels, low)))
    }
  })

  test('a split has only the images with a truth', async () => {
    const folder = await temporary()
    const writer = await StoreWriter.create(folder)
    await writer.add({ name: 'reference', group: 'a', split: 'train' }, first)
    await writer.add({ name: 'image', quality: 0, group: 'a', split: 'train', reference: 0 }, first)
    await writer.finish({ name: 'x', truth: 'opinion', scale: { direction: 'mos', min: 0, max: 1 } })
    const store = new Store(folder)
    expect(store.of('train')).toEqual([1])
    expect(store.of('val')).toEqual([])
    store.close()
  })
})

describe('the digest', () => {
  const digest = async (change: object = {}, pixels = first) =>
    (await storeOf(await temporary(), [{ pixels, quality: 50, split: 'train', ...change }])).header.digest

  test('is the same for the same images', async () => {
    expect(await digest()).toBe(await digest())
    expect(await digest()).toMatch(/^[0-9a-f]{64}$/)
  })

  test('changes with a pixel, a truth, a split and a name', async () => {
    const data = Uint8Array.from(first.data)
    data[1000]! ^= 1
    const digests = [
      await digest(),
      await digest({}, { ...first, data }),
      await digest({ quality: 50.001 }),
      await digest({ split: 'val' }),
      await digest({ name: 'other.png' }),
    ]
    expect(new Set(digests).size).toBe(5)
  })
})

describe('refuses', () => {
  test('a folder that is no store', async () => {
    const folder = await temporary()
    const file = join(folder, 'store.json')
    expect(() => new Store(folder)).toThrow(
      `Expected a folder made by "diqa-train prepare" but could not read ${file} (ENOENT: no such file or directory, open '${file}').`,
    )
  })

  test('an unfinished store, also where there was a finished one', async () => {
    const folder = await temporary()
    await storeOf(folder, [{ pixels: first }])
    await (await StoreWriter.create(folder)).levels.close()
    expect(() => new Store(folder)).toThrow('Expected a folder made by "diqa-train prepare" but could not read')
  })

  test.each([
    ['another version', { version: 0 }],
    ['other statistics', { statistics: ['reliability'] }],
  ])('a store of %s', async (_, change) => {
    const folder = await temporary()
    const { header } = await storeOf(folder, [{ pixels: first }])
    writeFileSync(join(folder, 'store.json'), JSON.stringify({ ...header, ...change }))
    expect(() => new Store(folder)).toThrow(
      `Expected ${folder} to be prepared by this version of diqa-train: run "diqa-train prepare" again.`,
    )
  })

  test('a copy that was cut short', async () => {
    const [folder, copy] = [await temporary(), await temporary()]
    await storeOf(folder, [{ pixels: first }])
    for (const name of ['store.json', 'levels.bin', 'statistics.bin'])
      copyFileSync(join(folder, name), join(copy, name))
    truncateSync(join(copy, 'levels.bin'), 1000)
    expect(() => new Store(copy)).toThrow(
      `Expected 1320 bytes in ${join(copy, 'levels.bin')} but found 1000: run "diqa-train prepare" again.`,
    )
    copyFileSync(join(folder, 'levels.bin'), join(copy, 'levels.bin'))
    rmSync(join(copy, 'statistics.bin'))
    expect(() => new Store(copy)).toThrow(
      `Expected ${4 * STATISTICS.length} bytes in ${join(copy, 'statistics.bin')} but found 0: run "diqa-train prepare" again.`,
    )
    expect(readFileSync(join(copy, 'levels.bin'))).toHaveLength(1320)
  })
})
