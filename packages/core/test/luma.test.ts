import { expect, test } from 'vitest'
import { lumaRow } from '../src/image/luma.js'
import { noise, picture, plain } from './support/pixels.js'

function luma(...[image, y, from, to]: [Parameters<typeof lumaRow>[0], number, number, number]): number[] {
  const out = new Float64Array(to - from)
  lumaRow(image, y, from, to, out)
  return [...out]
}

test('weighs red, green and blue by BT.601 in 256ths', () => {
  const image = picture(4, 1, 3, (x, _y, c) => (x === c ? 255 : 0))
  expect(luma(image, 0, 0, 4)).toEqual([(77 * 255) / 256, (150 * 255) / 256, (29 * 255) / 256, 0])
})

test('white and every gray keep their level', () => {
  for (const level of [0, 1, 127, 255]) expect(luma(plain(1, 1, level, level, level), 0, 0, 1)).toEqual([level])
})

test('reads the asked part of the asked row, in colour and in gray', () => {
  const gray = noise(7, 5, 1)
  const colour = picture(7, 5, 3, (x, y) => gray.data[y * 7 + x]!)
  expect(luma(gray, 3, 2, 6)).toEqual([...gray.data.subarray(23, 27)])
  expect(luma(colour, 3, 2, 6)).toEqual(luma(gray, 3, 2, 6))
})

test('writes no further than asked', () => {
  const out = new Float64Array(4).fill(-1)
  lumaRow(plain(4, 1, 9), 0, 1, 3, out)
  expect([...out]).toEqual([9, 9, -1, -1])
})
