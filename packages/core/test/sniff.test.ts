import { describe, expect, test } from 'vitest'
import { isCutOff } from '../src/image/cut-off.js'
import { foreignCodec, sniff } from '../src/image/sniff.js'
import { fixture } from './support/files.js'

const bytes = (text: string) => Buffer.from(text, 'latin1')

describe('sniff', () => {
  test('nothing', () => {
    expect(sniff(new Uint8Array())).toEqual({
      status: 'undecodable',
      reason: 'empty',
      message: 'Expected an image but the file is empty.',
    })
  })

  test('a Git LFS pointer', async () => {
    expect(sniff(await fixture('broken/lfs-pointer.jpg'))).toEqual({
      status: 'undecodable',
      reason: 'git-lfs-pointer',
      message: 'Expected an image but found a Git LFS pointer: run "git lfs pull".',
    })
  })

  test.each([
    'photo/coffee.png',
    'photo/coffee-jpeg-q90.jpg',
    'animation/pan.webp',
    'animation/pan.gif',
    'variant/16-bit.tiff',
    'broken/phone.heic',
  ])('%s read as text and written again', async (file) => {
    expect(sniff(Buffer.from((await fixture(file)).toString('utf8')))).toEqual({
      status: 'undecodable',
      reason: 'text-decoded',
      message:
        'Expected image bytes but they were decoded as text on the way: with Gulp 5, read images with gulp.src(…, { encoding: false }).',
    })
  })

  test.each([
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    ' \n<svg>',
    '\xef\xbb\xbf<svg width="1">',
    '<?xml version="1.0"?>\n<svg>',
    '<?xml version="1.0"?><!-- made by\nhand --><svg\n>',
    '<!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://www.w3.org/Graphics/SVG/1.1/DTD/svg11.dtd"><SVG>',
    '<svg><text>\xef\xbf\xbd</text></svg>',
  ])('a vector: %j', (text) => {
    expect(sniff(bytes(text))).toEqual({
      status: 'skipped',
      reason: 'vector',
      message: 'Vector images have no pixels to judge.',
    })
  })

  test.each(['<html><body><svg></svg></body></html>', '<svgs>', 'GIF89a', 'text <svg>'])(
    'nothing known: %j',
    (text) => {
      expect(sniff(bytes(text))).toBeUndefined()
    },
  )

  test('images are left to the decoder, as part of a larger buffer too', async () => {
    const image = await fixture('photo/coffee-jpeg-q90.jpg')
    expect(sniff(image)).toBeUndefined()
    const within = Buffer.concat([bytes('<svg>'), image, bytes('\xef\xbf\xbd')])
    expect(sniff(within.subarray(5, 5 + image.length))).toBeUndefined()
  })
})

test.each([
  ['BMP', 'BM...'],
  ['ICO', '\0\0\x01\0'],
  ['JPEG XL', '\xff\x0a'],
  ['JPEG XL', '\0\0\0\x0cJXL \r\n'],
  ['JPEG 2000', '\0\0\0\x0cjP  \r\n'],
  ['Photoshop', '8BPS'],
  ['HEIC', '\0\0\0\x18ftypheic'],
  ['HEIC', '\0\0\0\x18ftypmif1'],
  [undefined, '\x89PNG'],
  [undefined, 'B'],
])('the codec of a file that cannot be read: %s', (codec, head) => {
  expect(foreignCodec(bytes(head))).toBe(codec)
})

describe('cut off', () => {
  test.each([
    'photo/coffee.png',
    'photo/coffee-jpeg-q90.jpg',
    'animation/pan.gif',
    'animation/pan.webp',
    'photo/coffee-avif-q60.avif',
  ])('%s', async (file) => {
    const image = await fixture(file)
    expect(isCutOff(image)).toBe(false)
    for (const share of [0.3, 0.9]) expect(isCutOff(image.subarray(0, image.length * share))).toBe(true)
    const within = Buffer.concat([Buffer.alloc(7), image, Buffer.alloc(9)])
    expect(isCutOff(within.subarray(7, 7 + image.length))).toBe(false)
  })

  test('says nothing of what it does not know', () => {
    for (const text of ['', 'x', 'RIFF', '\0\0\0\x04ftyp', 'II*\0']) expect(isCutOff(bytes(text))).toBe(false)
  })
})
