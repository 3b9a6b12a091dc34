import type { Pixels } from '@diqa/core/model'

/** Copies a square out of a picture of 3 channels. */
export function cropSquare({ data, width }: Pixels, x: number, y: number, side: number): Pixels {
  const square = new Uint8Array(side * side * 3)
  for (let row = 0; row < side; row++) {
    const from = ((y + row) * width + x) * 3
    square.set(data.subarray(from, from + side * 3), row * side * 3)
  }
  return { data: square, width: side, height: side, channels: 3 }
}
