import type { Pixels } from './pixels.js'

/** Pixels that are enough to know an image by what its pixels do on average. */
const ENOUGH = 2 ** 17

/** Of so many rows of an image one is looked at, and the others are passed over. */
export function everyRow(width: number, height: number): number {
  return Math.ceil((width * height) / ENOUGH)
}

/** Share of the pixels that makes a gray level one of an image's tones. */
const LEAST_SHARE = 1 / 4096

/** Which gray levels an image has, and how it goes from one to the next: what a palette and banding leave few of. */
export interface Tones {
  /** Gray levels that at least one pixel in 4096 has, 1 to 256. */
  count: number
  /** Entropy of the gray levels, 0 to 8 bits. */
  entropy: number
  /** Share of the pixels whose colour is not that of the pixel to their left, 0 to 1. */
  changes: number
  /** Mean difference in gray levels of those from the pixel to their left; 0 where there are none. */
  step: number
}

/** Looks at the luma (ITU-R BT.601, whole gray levels) of up to 131,072 pixels, at least 2 x 1. */
export function tonesOf({ data, width, height, channels }: Pixels): Tones {
  const histogram = new Uint32Array(256)
  const every = everyRow(width, height)
  let [pixels, changed, apart] = [0, 0, 0]
  for (let y = 0; y < height; y += every) {
    let at = y * width * channels
    let before = -1
    let left = 0
    for (const end = at + width * channels; at < end; at += channels) {
      const [red, green, blue] =
        channels === 3 ? [data[at]!, data[at + 1]!, data[at + 2]!] : [data[at]!, data[at]!, data[at]!]
      const level = (77 * red + 150 * green + 29 * blue + 128) >> 8
      const colour = (red << 16) | (green << 8) | blue
      histogram[level]!++
      if (before >= 0 && colour !== before) {
        changed++
        apart += Math.abs(level - left)
      }
      before = colour
      left = level
    }
    pixels += width
  }
  let [count, entropy] = [0, 0]
  for (const number of histogram) {
    if (number >= LEAST_SHARE * pixels) count++
    if (number > 0) entropy -= (number / pixels) * Math.log2(number / pixels)
  }
  return { count, entropy, changes: changed / pixels, step: changed > 0 ? apart / changed : 0 }
}
