import type { Pixels } from './pixels.js'

/**
 * Writes one row's luma, in gray levels of 0 to 255.
 *
 * The weights are ITU-R BT.601's in 256ths, so the sums are whole numbers and every machine gets the same ones.
 *
 * @param out at least `to - from` long
 */
export function lumaRow(image: Pixels, y: number, from: number, to: number, out: Float32Array | Float64Array): void {
  const { data, width, channels } = image
  if (channels === 1) {
    const row = y * width
    for (let x = from; x < to; x++) out[x - from] = data[row + x]!
    return
  }
  let at = (y * width + from) * 3
  for (let i = 0; i < to - from; i++, at += 3) {
    out[i] = (77 * data[at]! + 150 * data[at + 1]! + 29 * data[at + 2]!) / 256
  }
}
