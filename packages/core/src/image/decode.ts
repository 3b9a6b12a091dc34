import sharp, { type Metadata } from 'sharp'
import type { ImageFacts, SkipReason, UndecodableReason } from '../result.js'
import { isCutOff } from './cut-off.js'
import { tooSmall } from './judgeable.js'
import type { Pixels } from './pixels.js'
import { foreignCodec, sniff } from './sniff.js'

export interface DecodeOptions {
  /** What shows through transparent pixels: an opaque CSS colour. */
  background: string
  /** Images of more pixels are skipped. */
  limitInputPixels: number
}

type Shape = Pick<ImageFacts, 'format' | 'width' | 'height'>

/** Bytes that give no pixels, or none to judge. */
export type Refused =
  | { status: 'skipped'; shape: Shape; reason: SkipReason; message: string }
  | { status: 'undecodable'; shape: Shape; reason: UndecodableReason; message: string }

/** An image whose header was read. */
export interface Inspected {
  status: 'inspected'
  shape: Required<Shape>
  notes: string[]
}

/** An image whose pixels were read. */
export interface Decoded {
  status: 'decoded'
  shape: Required<Shape>
  pixels: Pixels
  notes: string[]
}

/** Reads an image's header. Never rejects for what the bytes are. */
export async function inspect(bytes: Uint8Array, { limitInputPixels }: DecodeOptions): Promise<Inspected | Refused> {
  const sniffed = sniff(bytes)
  if (sniffed) return { ...sniffed, shape: sniffed.reason === 'vector' ? { format: 'svg' } : {} }
  try {
    // Without the limit, so that a result can say how large an image is that exceeds it.
    const metadata = await sharp(bytes, { limitInputPixels: false }).metadata()
    const shape = shapeOf(metadata)
    if (metadata.format === 'svg') {
      const message = 'Vector images have no pixels to judge.'
      return { status: 'skipped', shape: { format: 'svg' }, reason: 'vector', message }
    }
    const small = tooSmall(shape.width, shape.height)
    if (small) return { status: 'skipped', shape, ...small }
    if (shape.width * shape.height > limitInputPixels) {
      const message = `Expected at most ${limitInputPixels} pixels (limitInputPixels) but the image has ${shape.width} x ${shape.height}.`
      return { status: 'skipped', shape, reason: 'too-large', message }
    }
    return { status: 'inspected', shape, notes: notesOn(metadata) }
  } catch (error) {
    return refusal(bytes, {}, error)
  }
}

/**
 * Decodes an image's first frame to 8-bit sRGB or gray, upright, with transparent pixels on the background.
 *
 * Needs 3 bytes a pixel (1 for gray, 7 with transparency), of which it keeps 3 (1). Never rejects for what the bytes are.
 */
export async function decode(bytes: Uint8Array, header: Inspected, options: DecodeOptions): Promise<Decoded | Refused> {
  const { shape, notes } = header
  const { limitInputPixels, background } = options
  try {
    // Not at warnings, sharp's default: browsers show a picture with stray bytes between its segments, so it ships.
    const upright = sharp(bytes, { limitInputPixels, autoOrient: true, failOn: 'error' }).toColourspace('srgb')
    const { data, info } = await upright.raw({ depth: 'uchar' }).toBuffer({ resolveWithObject: true })
    const pixels = await flatten(data, info.width, info.height, info.channels, background)
    if (pixels) return { status: 'decoded', shape, pixels, notes }
    return { status: 'skipped', shape, reason: 'transparent', message: 'Every pixel is fully transparent.' }
  } catch (error) {
    return refusal(bytes, shape, error)
  }
}

function shapeOf({ format, compression, autoOrient }: Metadata): Required<Shape> {
  return {
    format: format === 'heif' && compression === 'av1' ? 'avif' : format,
    width: autoOrient.width,
    height: autoOrient.height,
  }
}

function notesOn({ format, pages, space }: Metadata): string[] {
  const notes: string[] = []
  if (pages !== undefined && pages > 1) {
    const isPaged = format === 'tiff'
    notes.push(
      isPaged
        ? `A file of ${pages} pages: the first was scored.`
        : `An animation: the first of its ${pages} frames was scored.`,
    )
  }
  if (space === 'cmyk') notes.push('A CMYK file, whose colours browsers show shifted: its sRGB conversion was scored.')
  return notes
}

/** Takes transparency off. @returns undefined where nothing at all can be seen */
async function flatten(
  data: Uint8Array,
  width: number,
  height: number,
  channels: number,
  background: string,
): Promise<Pixels | undefined> {
  const colours = channels < 3 ? 1 : 3
  if (channels === colours) return { data, width, height, channels: colours }
  const flat = new Uint8Array(width * height * colours)
  const behind = await backgroundColour(background, colours)
  let visible = false
  for (let from = 0, to = 0; from < data.length; from += channels, to += colours) {
    const alpha = data[from + colours]!
    if (alpha > 0) visible = true
    for (let c = 0; c < colours; c++) {
      flat[to + c] =
        alpha === 255 ? data[from + c]! : Math.round((data[from + c]! * alpha + behind[c]! * (255 - alpha)) / 255)
    }
  }
  return visible ? { data: flat, width, height, channels: colours } : undefined
}

/** A CSS colour as sRGB samples, or as its luma for a gray image. */
async function backgroundColour(background: string, channels: number): Promise<Uint8Array> {
  const pixel = sharp({ create: { width: 1, height: 1, channels: 3, background } })
  return new Uint8Array(
    await pixel
      .toColourspace(channels === 1 ? 'b-w' : 'srgb')
      .raw()
      .toBuffer(),
  )
}

function refusal(bytes: Uint8Array, shape: Shape, error: unknown): Refused {
  const said = (error instanceof Error ? error.message : String(error)).trim().split('\n').at(-1)!
  const undecodable = (reason: UndecodableReason, message: string) =>
    ({ status: 'undecodable', shape, reason, message }) as const
  const foreign = foreignCodec(bytes)
  if (foreign) {
    const message = `Expected a codec that sharp reads but found ${foreign}: convert it to JPEG, PNG, WebP or AVIF.`
    return undecodable('unsupported-codec', message)
  }
  if (/unsupported image format/.test(said)) {
    return undecodable('not-an-image', 'Expected an image but the bytes are of no known kind.')
  }
  if (isCutOff(bytes)) return undecodable('truncated', 'Expected a whole image but the file is cut off.')
  return undecodable('unreadable', `Expected an image that decodes but it is damaged (${said}).`)
}
