import { describe, expect, test } from 'vitest'
import { FreshPairs, type PairSource, StoredPairs } from '../../src/stages/pairs.js'
import type { Store } from '../../src/store/store.js'
import { picture, storeOf, temporary } from '../tiny.js'

const side = 16

async function paired(): Promise<Store> {
  const images = (['train', 'train', 'val'] as const).flatMap((split, i) => [
    { pixels: picture(40, 32, i), split, quality: 100 },
    { pixels: picture(40, 32, i, 60), split, quality: 20, reference: 2 * i },
  ])
  return storeOf(await temporary(), images)
}

const fresh = (seed: string, kinds?: ConstructorParameters<typeof FreshPairs>[3]) =>
  new FreshPairs(
    [0, 1, 2].map((i) => ({ split: i < 2 ? ('train' as const) : ('val' as const), pixels: picture(88, 80, i) })),
    seed,
    side,
    kinds,
  )

describe.each([
  ['StoredPairs', async (seed: string): Promise<PairSource> => new StoredPairs(await paired(), seed, side)],
  ['FreshPairs', async (seed: string): Promise<PairSource> => fresh(seed)],
])('%s', (_, make) => {
  test('pairs differ, and are of the size asked for', async () => {
    const { reference, distorted } = await (await make('1')).batch('train', 0, 3)
    expect([reference.length, distorted.length]).toEqual([3 * side * side, 3 * side * side])
    for (let i = 0; i < 3; i++) {
      const [from, to] = [i * side * side, (i + 1) * side * side]
      expect(distorted.subarray(from, to)).not.toEqual(reference.subarray(from, to))
    }
  })

  test('the seed and the step decide, whatever was asked before', async () => {
    const [one, other] = [await make('1'), await make('1')]
    await other.batch('train', 5, 2)
    await other.batch('val', 0, 2)
    expect(await other.batch('train', 3, 2)).toEqual(await one.batch('train', 3, 2))
    expect(await one.batch('train', 4, 2)).not.toEqual(await one.batch('train', 3, 2))
    expect(await (await make('2')).batch('train', 3, 2)).not.toEqual(await one.batch('train', 3, 2))
  })

  test('val is the same for every seed', async () => {
    expect(await (await make('1')).batch('val', 1, 2)).toEqual(await (await make('2')).batch('val', 1, 2))
  })
})

test('FreshPairs: only the kinds that are asked for', async () => {
  const { reference, distorted } = await fresh('1', ['blur']).batch('train', 0, 12)
  const energy = (levels: Int8Array) => levels.reduce((sum, level) => sum + level * level, 0)
  for (let i = 0; i < 12; i++) {
    const patch = (levels: Int8Array) => levels.subarray(i * side * side, (i + 1) * side * side)
    expect(energy(patch(distorted))).toBeLessThan(energy(patch(reference)))
  }
})

test('StoredPairs: a patch lies at the same place in both', async () => {
  const pixels = picture(40, 32, 1)
  const images = (['train', 'val'] as const).flatMap((split, i) => [
    { pixels, split },
    { pixels, split, reference: 2 * i },
  ])
  const { reference, distorted } = await new StoredPairs(await storeOf(await temporary(), images), '1', side).batch(
    'train',
    0,
    4,
  )
  expect(distorted).toEqual(reference)
})

describe('refuses', () => {
  test('a store without references, or none that a patch fits into', async () => {
    const folder = await temporary()
    const store = await storeOf(folder, [{ pixels: picture(40, 40, 1) }])
    expect(() => new StoredPairs(store, '1', side)).toThrow(
      `Expected an image with a reference, of at least 16 x 16 pixels, in the train split of ${folder} but found none.`,
    )
    const small = await paired()
    expect(() => new StoredPairs(small, '1', 40)).toThrow(
      `Expected an image with a reference, of at least 40 x 40 pixels, in the train split of ${small.folder} but found none.`,
    )
  })

  test('pictures with no room for what surrounds a patch', () => {
    const pictures = [{ split: 'train' as const, pixels: picture(88, 72, 1) }]
    expect(() => new FreshPairs(pictures, '1', side)).toThrow(
      'Expected pictures of at least 80 x 80 pixels for patches of 16 but found 88 x 72.',
    )
  })

  test('pictures of one split alone', () => {
    const pictures = [{ split: 'train' as const, pixels: picture(88, 88, 1) }]
    expect(() => new FreshPairs(pictures, '1', side)).toThrow(
      'Expected an undistorted picture for the val split but found none: one in ten goes to val.',
    )
  })
})
