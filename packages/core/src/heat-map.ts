import sharp from 'sharp'
import type { Pixels } from './image/pixels.js'

interface ErrorMap {
  map: Float32Array
  mapWidth: number
  mapHeight: number
}

/**
 * Errors that hardly anybody sees, and errors that nobody misses: |ΔÎ|^0.2 of 2.6 and of 30 gray levels. Of undistorted
 * photographs, nine tenths of the map are below 0.43; at JPEG 50 half of it is above 0.45, at JPEG 5 above 0.57.
 */
const LEAST = 0.4
const MOST = 0.65

/** Longest side of an overlay: enough to see where, and small enough for a report. */
const OVERLAY_SIDE = 1600

/** The map in gray, white for the largest error. */
export async function mapPng(errors: ErrorMap): Promise<Uint8Array> {
  const gray = Uint8Array.from(errors.map, (error) => 255 * heat(error))
  return sharp(gray, { raw: { width: errors.mapWidth, height: errors.mapHeight, channels: 1 } })
    .png()
    .toBuffer()
}

/** The heat alone, one pixel a number: clear where the image is good, yellow, then red where bad. To be laid over the image. */
export async function layerPng(errors: ErrorMap): Promise<Uint8Array> {
  const { mapWidth: width, mapHeight: height } = errors
  return sharp(heatColours(errors), { raw: { width, height, channels: 4 } })
    .png()
    .toBuffer()
}

/** The image, no larger than 1600 pixels, with the map over it: clear where it is good, yellow, then red where bad. */
export async function overlayPng(errors: ErrorMap, image: Pixels): Promise<Uint8Array> {
  const { mapWidth, mapHeight } = errors
  const scale = Math.min(1, OVERLAY_SIDE / Math.max(image.width, image.height))
  const [width, height] = [image.width, image.height].map((side) => Math.max(1, Math.round(side * scale))) as [
    number,
    number,
  ]
  const layer = await sharp(heatColours(errors), { raw: { width: mapWidth, height: mapHeight, channels: 4 } })
    .resize(width, height, { fit: 'fill', kernel: 'cubic' })
    .raw()
    .toBuffer()
  // Faded, so that the heat's colours are not taken for the image's.
  const { data, channels } = image
  return sharp(data, { raw: { width: image.width, height: image.height, channels } })
    .resize(width, height, { fit: 'fill' })
    .toColourspace('srgb')
    .modulate({ saturation: 0.35 })
    .composite([{ input: layer, raw: { width, height, channels: 4 } }])
    .png()
    .toBuffer()
}

/** RGBA, row by row. */
function heatColours({ map }: ErrorMap): Uint8Array {
  const rgba = new Uint8Array(map.length * 4)
  map.forEach((error, i) => {
    const share = heat(error)
    rgba.set([255, 230 * (1 - share), 0, 190 * share], 4 * i)
  })
  return rgba
}

function heat(error: number): number {
  return Math.min(1, Math.max(0, (error - LEAST) / (MOST - LEAST)))
}
