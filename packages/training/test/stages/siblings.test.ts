import { expect, test } from 'vitest'
import { siblings } from '../../src/stages/siblings.js'
import { picture, storeOf, temporary } from '../tiny.js'

test('a reference is among its versions where it has a truth, and never without one', async () => {
  const pixels = picture(16, 16, 1)
  const versions = (reference: number) => Array.from({ length: 4 }, () => ({ pixels, reference }))
  const judged = await storeOf(await temporary(), [{ pixels, quality: 100 }, ...versions(0)])
  expect([...siblings(judged, judged.of('train'))!]).toEqual([[0, [0, 1, 2, 3, 4]]])
  const rated = await storeOf(await temporary(), [{ pixels, quality: undefined as never }, ...versions(0)])
  expect([...siblings(rated, rated.of('train'))!]).toEqual([[0, [1, 2, 3, 4]]])
})

test('pictures without versions have no siblings', async () => {
  const store = await storeOf(await temporary(), [{ pixels: picture(16, 16, 1) }, { pixels: picture(16, 16, 2) }])
  expect(siblings(store, store.of('train'))).toBeUndefined()
})
