import type { Sharp } from 'sharp'

const THUMBNAIL = 96
const PREVIEW = 640
/** Heat has no detail to lose. */
const HEAT = 240

/** About a kilobyte: a report may have ten thousand of them. */
export async function thumbnailOf(bytes: Uint8Array, limitInputPixels: number | undefined): Promise<Uint8Array> {
  return (await opened(bytes, limitInputPixels, THUMBNAIL)).webp({ quality: 45 }).toBuffer()
}

/** Good enough that what is bad in it is the image's own. */
export async function previewOf(bytes: Uint8Array, limitInputPixels: number | undefined): Promise<Uint8Array> {
  return (await opened(bytes, limitInputPixels, PREVIEW)).webp({ quality: 82 }).toBuffer()
}

/** From the scorer's `layer`. */
export async function heatMapOf(layer: Uint8Array): Promise<Uint8Array> {
  return (await opened(layer, undefined, HEAT)).webp({ quality: 60, alphaQuality: 60 }).toBuffer()
}

async function opened(bytes: Uint8Array, limitInputPixels: number | undefined, side: number): Promise<Sharp> {
  const { default: sharp } = await import('sharp')
  return sharp(bytes, { failOn: 'none', autoOrient: true, ...(limitInputPixels ? { limitInputPixels } : {}) }).resize(
    side,
    side,
    { fit: 'inside', withoutEnlargement: true },
  )
}
