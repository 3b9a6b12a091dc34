import { expect, test } from 'vitest'
import { readLuma } from '../src/image/luma.js'
import { layOut, pixelKernels } from '../src/image/pixel-kernels.js'
import type { Pixels } from '../src/image/pixels.js'
import { noise, picture, plain } from './support/pixels.js'

/** In gray levels. */
function luma(image: Pixels, y: number, x: number, to: number): number[] {
  const kernels = pixelKernels()
  const length = to - x
  const at = layOut(kernels, { pixels: length * image.channels, luma: 2 * length })
  readLuma(kernels, image, { x, y, length }, at.pixels, at.luma)
  return Array.from(new Uint16Array(kernels.memory.buffer, at.luma, length), (sample) => sample / 256)
}

test('weighs red, green and blue by BT.601 in 256ths', () => {
  const image = picture(4, 1, 3, (x, _y, c) => (x === c ? 255 : 0))
  expect(luma(image, 0, 0, 4)).toEqual([(77 * 255) / 256, (150 * 255) / 256, (29 * 255) / 256, 0])
})

test('white and every gray keep their level', () => {
  for (const level of [0, 1, 127, 255]) expect(luma(plain(1, 1, level, level, level), 0, 0, 1)).toEqual([level])
})

test('is that of each pixel, however many there are', () => {
  const image = noise(70, 1)
  const expected = Array.from({ length: 70 }, (_, x) => {
    const [r, g, b] = image.data.subarray(3 * x)
    return (77 * r! + 150 * g! + 29 * b!) / 256
  })
  expect(luma(image, 0, 0, 70)).toEqual(expected)
})

test('reads the asked part of the asked row, in colour and in gray', () => {
  const gray = noise(7, 5, 1)
  const colour = picture(7, 5, 3, (x, y) => gray.data[y * 7 + x]!)
  expect(luma(gray, 3, 2, 6)).toEqual([...gray.data.subarray(23, 27)])
  expect(luma(colour, 3, 2, 6)).toEqual(luma(gray, 3, 2, 6))
})
