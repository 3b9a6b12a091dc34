import type { Pixels } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { resample } from '../../src/distort/resample.js'
import type { Kernel } from '../../src/distort/step.js'
import { picture } from '../tiny.js'

const KERNELS: Kernel[] = ['nearest', 'linear', 'cubic', 'mitchell', 'lanczos3']

function gray(width: number, height: number, sample: (x: number, y: number) => number): Pixels {
  const data = Uint8Array.from({ length: width * height }, (_, i) => sample(i % width, Math.floor(i / width)))
  return { data, width, height, channels: 1 }
}

/** Turned by 180 degrees. */
function turned({ data, width, height, channels }: Pixels): Pixels {
  const pixels = Array.from({ length: width * height }, (_, i) => data.slice(i * channels, (i + 1) * channels))
  return { data: Uint8Array.from(pixels.reverse().flatMap((pixel) => [...pixel])), width, height, channels }
}

// Between whole factors, the nearest of two equally near pixels would be one side's.
const factors = (kernel: Kernel) => (kernel === 'nearest' ? [2, 3, 4] : [1.3, 2, 2.1, 3, 4])

test.each(KERNELS.flatMap((kernel) => factors(kernel).map((factor) => [kernel, factor] as const)))(
  '%s, %f times as large: what lay in the middle lies in the middle',
  (kernel, factor) => {
    const small = picture(20, 12, 'middle')
    const [width, height] = [Math.round(20 * factor), Math.round(12 * factor)]
    const large = resample(small, width, height, kernel)
    expect(large).toMatchObject({ width, height, channels: 3 })
    // Half a gray level may be rounded either way.
    const other = turned(resample(turned(small), width, height, kernel))
    expect(other.data.every((sample, i) => Math.abs(sample - large.data[i]!) <= 1)).toBe(true)
  },
)

test.each(KERNELS)('%s leaves a flat picture flat, up and down', (kernel) => {
  const flat = gray(9, 7, () => 143)
  for (const [width, height] of [
    [31, 23],
    [4, 3],
  ] as const) {
    expect(resample(flat, width, height, kernel)).toEqual(gray(width, height, () => 143))
  }
})

test.each(['linear', 'cubic', 'lanczos3'] as const)('%s continues a slope where no edge is near', (kernel) => {
  const slope = (scale: number) => (x: number) => Math.round(10 * ((x + 0.5) * scale - 0.5) + 20)
  const { data } = resample(gray(20, 1, slope(1)), 40, 1, kernel)
  for (let x = 8; x < 32; x++) expect(Math.abs(data[x]! - slope(0.5)(x))).toBeLessThanOrEqual(1)
})

test.each([
  ['nearest', [0, 0, 100, 100]],
  ['linear', [0, 25, 75, 100]],
  // Catmull-Rom weighs 0.867 at a quarter of a pixel, 0.227 at three and -0.070 at five: 0.227 / 1.094, 0.867 / 0.797.
  ['cubic', [0, 21, 79, 109]],
] as const)('%s: two pixels to four', (kernel, expected) => {
  const { data } = resample({ data: Uint8Array.of(0, 100), width: 2, height: 1, channels: 1 }, 4, 1, kernel)
  expect([...data]).toEqual(expected)
})

test('every pixel counts when a picture is made smaller', () => {
  const dot = gray(24, 24, (x, y) => (x === 9 && y === 10 ? 255 : 0))
  const { data } = resample(dot, 6, 6, 'lanczos3')
  const sum = data.reduce((a, b) => a + b, 0)
  expect(sum).toBeGreaterThan(10)
  expect(sum).toBeLessThan(30)
})
