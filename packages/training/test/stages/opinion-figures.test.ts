import { expect, test } from 'vitest'
import { opinionFigures } from '../../src/stages/opinion-figures.js'
import type { Store, StoredImage } from '../../src/store/store.js'

/** As much of a store as its figures need. */
function judged(name: string, images: readonly Pick<StoredImage, 'quality' | 'reference' | 'distortion'>[]): Store {
  return { header: { name }, images } as unknown as Store
}

const store = judged('web', [
  { quality: 100, distortion: 'none' },
  { quality: 30, distortion: 'jpeg', reference: 0 },
  { quality: 60, distortion: 'jpeg', reference: 0 },
  { quality: 80, distortion: 'jpeg', reference: 0 },
  { quality: 80.5, distortion: 'jpeg', reference: 0 },
  { quality: 20, distortion: 'blur', reference: 0 },
  { quality: 100, distortion: 'none' },
  { quality: 10, distortion: 'jpeg', reference: 6 },
])
const images = store.images.map((_, i) => i)

test('counts the pairs in order of versions that one distortion made of one picture', () => {
  const order = (predictions: number[]) => opinionFigures([{ store, images, predictions }])['order web']
  expect(order([100, 30, 60, 80, 81, 20, 100, 10])).toBe(1)
  // Two that the judge holds for alike may lie either way, and other distortions and pictures are nothing to rank by.
  expect(order([0, 30, 60, 81, 80, 99, 0, 99])).toBe(1)
  expect(order([100, 60, 30, 80, 81, 20, 100, 10])).toBe(4 / 5)
  expect(order([100, 80, 60, 30, 30, 20, 100, 10])).toBe(0)
})

test('has no order without versions, and scores the mean SRCC of the sets', () => {
  const opinions = judged('people', [{ quality: 10 }, { quality: 50 }, { quality: 90 }])
  const figures = opinionFigures([
    { store: opinions, images: [0, 1, 2], predictions: [3, 2, 1] },
    { store, images, predictions: store.images.map(({ quality }) => quality!) },
  ])
  expect(figures).not.toHaveProperty('order people')
  expect(figures).toMatchObject({ score: 0, 'SRCC people': -1, 'SRCC web': 1, 'PLCC web': 1, 'order web': 1 })
})
