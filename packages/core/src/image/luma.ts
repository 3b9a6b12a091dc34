import type { Kernels } from '../engine/wasm-kernels.js'
import type { Pixels } from './pixels.js'

/**
 * Writes the luma of a piece of a row into the kernels' memory, as uint16 in 256ths of a gray level.
 *
 * The weights are ITU-R BT.601's in 256ths, so these are whole numbers.
 *
 * @param pixelsAt where there is room for `length` pixels
 * @param out where there is room for `length` samples
 */
export function readLuma(
  kernels: Kernels,
  { data, width, channels }: Pixels,
  { x, y, length }: { x: number; y: number; length: number },
  pixelsAt: number,
  out: number,
): void {
  const from = (y * width + x) * channels
  new Uint8Array(kernels.memory.buffer).set(data.subarray(from, from + length * channels), pixelsAt)
  kernels.luma(pixelsAt, channels, length, out)
}
