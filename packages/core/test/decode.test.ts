import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { type Decoded, type DecodeOptions, decode, inspect, type Refused } from '../src/image/decode.js'
import { fixture } from './support/files.js'
import { meanDifference, noise } from './support/pixels.js'

const defaults: DecodeOptions = { background: '#fff', limitInputPixels: 0x3fff ** 2 }

async function open(bytes: Uint8Array, options: Partial<DecodeOptions> = {}): Promise<Decoded | Refused> {
  const settings = { ...defaults, ...options }
  const header = await inspect(bytes, settings)
  return header.status === 'inspected' ? decode(bytes, header, settings) : header
}

async function opened(bytes: Uint8Array, options: Partial<DecodeOptions> = {}): Promise<Decoded> {
  const found = await open(bytes, options)
  if (found.status !== 'decoded') throw new Error(found.message)
  return found
}

const raw = (data: Uint8Array, width: number, height: number, channels: 1 | 2 | 3 | 4) =>
  sharp(data, { raw: { width, height, channels } })

describe('EXIF orientation', () => {
  test.each([3, 6, 8])('%d is turned upright', async (orientation) => {
    const upright = await opened(await fixture('photo/coffee-jpeg-q90.jpg'))
    const turned = await opened(await fixture(`exif/orientation-${orientation}.jpg`))
    expect(turned.shape).toEqual({ format: 'jpeg', width: 600, height: 400 })
    expect(turned.pixels).toMatchObject({ width: 600, height: 400, channels: 3 })
    expect(meanDifference(turned.pixels.data, upright.pixels.data)).toBeLessThan(3)
  })
})

describe('transparency', () => {
  const half = () => raw(new Uint8Array(64 * 56 * 4).fill(128), 64, 56, 4)

  test.each([
    ['#fff', [191, 191, 191]],
    ['black', [64, 64, 64]],
    ['rebeccapurple', [115, 90, 140]],
    ['rgb(0, 255, 0)', [64, 191, 64]],
  ])('shows the background %s', async (background, expected) => {
    for (const bytes of [await half().png().toBuffer(), await half().webp({ lossless: true }).toBuffer()]) {
      const { pixels } = await opened(bytes, { background })
      expect(pixels).toMatchObject({ width: 64, height: 56, channels: 3 })
      expect(pixels.data).toHaveLength(64 * 56 * 3)
      expect([...pixels.data.subarray(0, 3)]).toEqual(expected)
      expect([...pixels.data.subarray(-3)]).toEqual(expected)
    }
  })

  test('of gray shows the background’s luma', async () => {
    const levels = Uint8Array.from({ length: 64 * 64 * 2 }, (_, i) => (i % 2 ? (i < 4096 ? 0 : 255) : 50))
    const bytes = await raw(levels, 64, 64, 2).toColourspace('b-w').png().toBuffer()
    const { pixels } = await opened(bytes, { background: '#fff' })
    const { data, channels } = pixels
    expect([...data.subarray(0, channels)]).toEqual(Array(channels).fill(255))
    expect([...data.subarray(-channels)]).toEqual(Array(channels).fill(50))
  })

  test('leaves opaque pixels as they are', async () => {
    const { data } = noise(64, 64)
    const opaque = new Uint8Array(64 * 64 * 4).map((_, i) => (i % 4 === 3 ? 255 : data[(i >> 2) * 3 + (i % 4)]!))
    const { pixels } = await opened(await raw(opaque, 64, 64, 4).png().toBuffer(), { background: '#f00' })
    expect(meanDifference(pixels.data, data)).toBe(0)
  })

  test('of every pixel is nothing to judge, whatever colours it hides', async () => {
    for (const file of ['transparent/clear.png', 'transparent/clear.webp', 'transparent/hidden-photo.png']) {
      expect(await open(await fixture(file))).toMatchObject({
        status: 'skipped',
        reason: 'transparent',
        message: 'Every pixel is fully transparent.',
      })
    }
  })

  test('of all pixels but one is not', async () => {
    const data = new Uint8Array(64 * 64 * 4)
    data[4 * 777 + 3] = 1
    expect((await open(await raw(data, 64, 64, 4).png().toBuffer())).status).toBe('decoded')
  })
})

describe('kinds of pixels', () => {
  test.each(['variant/16-bit.png', 'variant/16-bit.tiff'])('16 bits a sample become 8: %s', async (file) => {
    const eight = await opened(await fixture('variant/8-bit.tif'))
    const sixteen = await opened(await fixture(file))
    expect(sixteen.pixels.channels).toBe(3)
    expect(meanDifference(sixteen.pixels.data, eight.pixels.data)).toBeLessThan(1)
  })

  test('16 bits of gray become 8', async () => {
    const wide = Uint16Array.from({ length: 64 * 64 }, (_, i) => i * 16)
    const bytes = await sharp(wide, { raw: { width: 64, height: 64, channels: 1 } })
      .toColourspace('grey16')
      .png()
      .toBuffer()
    expect((await sharp(bytes).metadata()).depth).toBe('ushort')
    const { data, channels } = (await opened(bytes)).pixels
    const level = (i: number) => Math.abs(data[i * channels]! - (i * 16) / 257)
    expect(Math.max(...Array.from({ length: 64 * 64 }, (_, i) => level(i)))).toBeLessThanOrEqual(1)
  })

  test('CMYK becomes sRGB, and is said', async () => {
    const { pixels, notes } = await opened(await fixture('variant/cmyk.jpg'))
    const rgb = await opened(await fixture('variant/8-bit.tif'))
    expect(notes).toEqual(['A CMYK file, whose colours browsers show shifted: its sRGB conversion was scored.'])
    expect(pixels).toMatchObject({ width: 300, height: 200, channels: 3 })
    expect(meanDifference(pixels.data, rgb.pixels.data)).toBeLessThan(25)
  })

  test.each(['variant/gray.jpg', 'variant/gray.png', 'variant/gray-alpha.png'])('gray: %s', async (file) => {
    const { pixels, notes } = await opened(await fixture(file))
    expect(pixels.data).toHaveLength(300 * 200 * pixels.channels)
    expect(notes).toEqual([])
    if (pixels.channels === 1) return
    for (let i = 0; i < pixels.data.length; i += 3) {
      if (pixels.data[i] !== pixels.data[i + 1] || pixels.data[i] !== pixels.data[i + 2]) throw new Error('not gray')
    }
  })

  test.each(['variant/palette-256.png', 'variant/still.gif', 'variant/palette-16.png'])('palette: %s', async (file) => {
    const { pixels, notes } = await opened(await fixture(file))
    expect(pixels).toMatchObject({ width: 300, height: 200, channels: 3 })
    expect(notes).toEqual([])
  })

  test.each([
    ['photo/coffee-avif-q60.avif', 'avif'],
    ['photo/coffee-webp-q80.webp', 'webp'],
    ['variant/8-bit.tif', 'tiff'],
    ['variant/progressive.jpg', 'jpeg'],
    ['names/jpeg-bytes.png', 'jpeg'],
  ])('the format is that of the bytes: %s', async (file, format) => {
    expect((await opened(await fixture(file))).shape.format).toBe(format)
  })
})

test('the first page of a TIFF file, which is said not to be an animation', async () => {
  const page = (background: string) =>
    sharp({ create: { width: 64, height: 64, channels: 3, background } })
      .png()
      .toBuffer()
  const pages = await Promise.all([page('#321'), page('#abc')])
  const bytes = await sharp(pages, { join: { animated: true } })
    .tiff({ compression: 'none' })
    .toBuffer()
  const { pixels, notes } = await opened(bytes)
  expect(Array.from(pixels.data.subarray(0, 3))).toEqual([0x33, 0x22, 0x11])
  expect(notes).toEqual(['A file of 2 pages: the first was scored.'])
})

test.each(['animation/pan.gif', 'animation/pan.webp'])(
  'the first frame of an animation, which is said: %s',
  async (file) => {
    const bytes = await fixture(file)
    const { pages } = await sharp(bytes).metadata()
    const first = await sharp(bytes, { page: 0 }).removeAlpha().raw().toBuffer()
    const { pixels, notes, shape } = await opened(bytes)
    expect(notes).toEqual([`An animation: the first of its ${pages} frames was scored.`])
    expect(shape).toMatchObject({ width: 240, height: 200 })
    expect(meanDifference(pixels.data, first)).toBeLessThan(0.5)
  },
)

describe('limitInputPixels', () => {
  test('is kept to, and the result still says how large the image is', async () => {
    const bytes = await fixture('variant/gray.png')
    expect(await open(bytes, { limitInputPixels: 59_999 })).toEqual({
      status: 'skipped',
      shape: { format: 'png', width: 300, height: 200 },
      reason: 'too-large',
      message: 'Expected at most 59999 pixels (limitInputPixels) but the image has 300 x 200.',
    })
    expect((await open(bytes, { limitInputPixels: 60_000 })).status).toBe('decoded')
  })

  test('stops a bomb before it is unpacked', async () => {
    expect(await open(await fixture('huge/bomb.png'))).toMatchObject({
      reason: 'too-large',
      message: 'Expected at most 268402689 pixels (limitInputPixels) but the image has 20000 x 20000.',
    })
  })
})

describe('what does not decode', () => {
  const cases: [string, string, string | RegExp][] = [
    ['broken/truncated.jpg', 'truncated', 'Expected a whole image but the file is cut off.'],
    ['broken/truncated.png', 'truncated', 'Expected a whole image but the file is cut off.'],
    ['broken/truncated.webp', 'truncated', 'Expected a whole image but the file is cut off.'],
    ['broken/page.png', 'not-an-image', 'Expected an image but the bytes are of no known kind.'],
    ['broken/random.jpg', 'not-an-image', 'Expected an image but the bytes are of no known kind.'],
    ['broken/corrupted.png', 'unreadable', /^Expected an image that decodes but it is damaged \(.+[^.]\)\.$/],
    [
      'broken/phone.heic',
      'unsupported-codec',
      'Expected a codec that sharp reads but found HEIC: convert it to JPEG, PNG, WebP or AVIF.',
    ],
    [
      'broken/coffee.jxl',
      'unsupported-codec',
      'Expected a codec that sharp reads but found JPEG XL: convert it to JPEG, PNG, WebP or AVIF.',
    ],
    [
      'broken/bitmap.bmp',
      'unsupported-codec',
      'Expected a codec that sharp reads but found BMP: convert it to JPEG, PNG, WebP or AVIF.',
    ],
    [
      'icon/favicon.ico',
      'unsupported-codec',
      'Expected a codec that sharp reads but found ICO: convert it to JPEG, PNG, WebP or AVIF.',
    ],
  ]
  test.each(cases)('%s is %s', async (file, reason, message) => {
    const found = (await open(await fixture(file))) as Refused
    expect(found).toMatchObject({ status: 'undecodable', reason })
    expect(found.message).toMatch(message)
    if (typeof message === 'string') expect(found.message).toBe(message)
  })

  test.each(['photo/coffee-avif-q60.avif', 'variant/still.gif', 'photo/coffee-webp-q80.webp', 'photo/coffee.png'])(
    'the first nine tenths of %s are truncated',
    async (file) => {
      const bytes = await fixture(file)
      const found = await open(bytes.subarray(0, bytes.length * 0.9))
      expect(found).toMatchObject({ status: 'undecodable', reason: 'truncated' })
    },
  )
})

test.each(['photo/coffee-jpeg-q90.jpg', 'variant/gray.jpg', 'transparent/cat.png'])(
  'pixels hold nothing but themselves: %s',
  async (file) => {
    const { data, width, height, channels } = (await opened(await fixture(file))).pixels
    expect(data.buffer.byteLength).toBe(width * height * channels)
  },
)

test('a part of a larger buffer is decoded as a buffer of its own', async () => {
  const bytes = await fixture('photo/coffee-jpeg-q90.jpg')
  const within = Buffer.concat([Buffer.alloc(5, 1), bytes, Buffer.alloc(3, 2)]).subarray(5, 5 + bytes.length)
  const view = new Uint8Array(within.buffer, within.byteOffset, within.length)
  expect(meanDifference((await opened(view)).pixels.data, (await opened(bytes)).pixels.data)).toBe(0)
})
