import type { Pixels } from '@diqa/core/model'
import type { Kernel } from './step.js'

interface Filter {
  /** Pixels of the coarser grid on either side of the middle. */
  radius: number
  weight: (distance: number) => number
}

const FILTERS: Record<Exclude<Kernel, 'nearest'>, Filter> = {
  linear: { radius: 1, weight: (x) => Math.max(0, 1 - Math.abs(x)) },
  cubic: { radius: 2, weight: (x) => cubic(x, 0, 0.5) },
  mitchell: { radius: 2, weight: (x) => cubic(x, 1 / 3, 1 / 3) },
  lanczos3: { radius: 3, weight: (x) => (Math.abs(x) < 3 ? sinc(x) * sinc(x / 3) : 0) },
}

/** Where a sample of the new line comes from: weights of old samples, the first at `from`. */
interface Taps {
  from: number
  weights: Float64Array
}

/**
 * A picture in another size, the middles of both in one place. sharp's enlargement will not do here: it moves the picture
 * by half a pixel, which no viewer sees and a full-reference judge takes for ruin (sharp 0.35, libvips 8.18), and it has
 * one cubic filter for all smooth kernels.
 *
 * @param kernel Mitchell and Netravali's family (SIGGRAPH 1988) for `cubic` (Catmull-Rom) and `mitchell`
 */
export function resample(picture: Pixels, width: number, height: number, kernel: Kernel): Pixels {
  const across = taps(picture.width, width, kernel)
  const down = taps(picture.height, height, kernel)
  const { channels } = picture
  const row = width * channels
  const wide = new Float32Array(row * picture.height)
  for (let y = 0; y < picture.height; y++) {
    for (let x = 0; x < width; x++) {
      const { from, weights } = across[x]!
      for (let c = 0; c < channels; c++) {
        let sum = 0
        let at = (y * picture.width + from) * channels + c
        for (let i = 0; i < weights.length; i++, at += channels) sum += weights[i]! * picture.data[at]!
        wide[y * row + x * channels + c] = sum
      }
    }
  }
  const data = new Uint8Array(row * height)
  for (let y = 0; y < height; y++) {
    const { from, weights } = down[y]!
    for (let x = 0; x < row; x++) {
      let sum = 0
      for (let i = 0; i < weights.length; i++) sum += weights[i]! * wide[(from + i) * row + x]!
      data[y * row + x] = Math.min(255, Math.max(0, Math.round(sum)))
    }
  }
  return { data, width, height, channels }
}

function taps(before: number, after: number, kernel: Kernel): Taps[] {
  const scale = before / after
  return Array.from({ length: after }, (_, i) => {
    const middle = (i + 0.5) * scale - 0.5
    if (kernel === 'nearest') return { from: Math.round(middle), weights: Float64Array.of(1) }
    const { radius, weight } = FILTERS[kernel]
    // Of a larger picture, every pixel counts.
    const stretch = Math.max(1, scale)
    const from = Math.max(0, Math.ceil(middle - radius * stretch))
    const to = Math.min(before - 1, Math.floor(middle + radius * stretch))
    const weights = Float64Array.from({ length: to - from + 1 }, (_, j) => weight((from + j - middle) / stretch))
    const sum = weights.reduce((a, b) => a + b)
    return { from, weights: weights.map((value) => value / sum) }
  })
}

function cubic(distance: number, b: number, c: number): number {
  const x = Math.abs(distance)
  if (x >= 2) return 0
  if (x >= 1) return ((-b - 6 * c) * x ** 3 + (6 * b + 30 * c) * x ** 2 + (-12 * b - 48 * c) * x + 8 * b + 24 * c) / 6
  return ((12 - 9 * b - 6 * c) * x ** 3 + (-18 + 12 * b + 6 * c) * x ** 2 + 6 - 2 * b) / 6
}

function sinc(x: number): number {
  return x === 0 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x)
}
