import type { Pixels } from '../../src/image/pixels.js'

/** Draws an image, sample by sample. */
export function picture(
  width: number,
  height: number,
  channels: 1 | 3,
  at: (x: number, y: number, channel: number) => number,
): Pixels {
  const data = new Uint8Array(width * height * channels)
  let i = 0
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      for (let c = 0; c < channels; c++) data[i++] = at(x, y, c)
    }
  }
  return { data, width, height, channels }
}

/** Numbers from 0 up to 1 that are the same every time (mulberry32). */
export function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296
  }
}

export function noise(width: number, height: number, channels: 1 | 3 = 3, seed = 1): Pixels {
  const random = seeded(seed)
  return picture(width, height, channels, () => Math.floor(random() * 256))
}

export const plain = (width: number, height: number, ...samples: [number] | [number, number, number]): Pixels =>
  picture(width, height, samples.length, (_x, _y, c) => samples[c]!)

export function mirrored({ data, width, height, channels }: Pixels): Pixels {
  return picture(width, height, channels, (x, y, c) => data[(y * width + width - 1 - x) * channels + c]!)
}

export function meanDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += Math.abs(a[i]! - b[i]!)
  return sum / a.length
}

export function largestDifference(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let most = a.length === b.length ? 0 : Number.POSITIVE_INFINITY
  for (let i = 0; i < a.length; i++) most = Math.max(most, Math.abs(a[i]! - b[i]!))
  return most
}
