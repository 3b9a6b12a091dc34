import { expect, test } from 'vitest'
import { fitText, humanBytes, humanDuration, nearestWord, plural } from '../src/index.js'

test('fitText keeps the extension', () => {
  expect(fitText('short.jpg', 9)).toBe('short.jpg')
  expect(fitText('a-longer-name.jpg', 9)).toBe('a-lo….jpg')
  expect(fitText('画像画像画像', 6)).toBe('画…像')
  expect(fitText('abc', 1)).toBe('…')
})

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [34_120, '34.1 kB'],
  [999_949, '999.9 kB'],
  [999_950, '1.0 MB'],
  [5e12, '5.0 TB'],
  [5e15, '5000.0 TB'],
])('%d bytes', (bytes, text) => {
  expect(humanBytes(bytes)).toBe(text)
})

test.each([
  [0, '0 ms'],
  [999, '999 ms'],
  [999.6, '1.0 s'],
  [59_900, '59.9 s'],
  [59_960, '1 min 00 s'],
  [125_000, '2 min 05 s'],
  [3_599_600, '1 h 00 min'],
  [90_000_000, '25 h 00 min'],
])('%d ms', (ms, text) => {
  expect(humanDuration(ms)).toBe(text)
})

test('plural', () => {
  expect([0, 1, 2].map((count) => plural(count, 'image'))).toEqual(['0 images', '1 image', '2 images'])
})

test('nearestWord finds what was meant, or nothing', () => {
  const known = ['format', 'output', 'max-pixels', 'quiet']
  expect(nearestWord('fromat', known)).toBe('format')
  expect(nearestWord('Quite', known)).toBe('quiet')
  expect(nearestWord('maxPixels', known)).toBe('max-pixels')
  expect(nearestWord('zebra', known)).toBeUndefined()
  expect(nearestWord('xy', ['ab'])).toBeUndefined()
})
