import type { Pixels } from '@diqa/core/model'

/** Bits of a file for each of its pixels: what a codec spent. Higher is taken to be better. */
export function bitsAPixel(bytes: number, { width, height }: Pick<Pixels, 'width' | 'height'>): number {
  return (8 * bytes) / (width * height)
}

/**
 * Variance of the Laplacian of luma (BT.601, gray levels), the usual check for blur (Pech-Pacheco and others, ICPR 2000).
 * Higher is taken to be better. The outermost pixels have no Laplacian and are left out.
 *
 * @param picture at least 3 x 3 pixels
 */
export function laplacianVariance(picture: Pixels): number {
  const { width, height } = picture
  const luma = lumaOf(picture)
  let [sum, squared] = [0, 0]
  for (let y = 1; y < height - 1; y++) {
    for (let at = y * width + 1; at < (y + 1) * width - 1; at++) {
      const value = luma[at - width]! + luma[at + width]! + luma[at - 1]! + luma[at + 1]! - 4 * luma[at]!
      sum += value
      squared += value * value
    }
  }
  const count = (width - 2) * (height - 2)
  return squared / count - (sum / count) ** 2
}

function lumaOf({ data, width, height, channels }: Pixels): Float32Array {
  if (channels === 1) return Float32Array.from(data)
  return Float32Array.from({ length: width * height }, (_, i) => {
    const at = i * channels
    return 0.299 * data[at]! + 0.587 * data[at + 1]! + 0.114 * data[at + 2]!
  })
}
