import type { IntegerConvolution } from '../model/integer-network.js'

/** Filters whose sums are made together. */
const GROUP = 8

/** G of Winograd's F(4, 3), times 24 but for the last row, times 3. */
const SIX = [
  [6, 0, 0],
  [-4, -4, -4],
  [-4, 4, -4],
  [1, 2, 4],
  [1, -2, 4],
  [0, 0, 3],
] as const

/** G of Winograd's F(2, 3), times 2. */
const FOUR = [
  [2, 0, 0],
  [1, 1, 1],
  [1, -1, 1],
  [0, 0, 2],
] as const

/**
 * Weights in the order in which `direct` reads them: for each eight filters, for each row of the kernel, for each two
 * inputs, their weights in each of the eight. The first convolution's rows have a fourth, 0.
 *
 * @param kernel shape `[3, 3, inputs, filters]`
 */
export function directWeights(kernel: Int8Array, inputs: number, filters: number): Int16Array {
  const run = inputs === 1 ? 4 : 3 * inputs
  const out = new Int16Array(3 * run * filters)
  const weight = (y: number, i: number, filter: number) =>
    i < 3 * inputs ? kernel[(y * 3 * inputs + i) * filters + filter]! : 0
  let at = 0
  for (let group = 0; group < filters; group += GROUP) {
    for (let y = 0; y < 3; y++) {
      for (let i = 0; i < run; i += 2) {
        for (let filter = group; filter < group + GROUP; filter++) {
          out[at++] = weight(y, i, filter)
          out[at++] = weight(y, i + 1, filter)
        }
      }
    }
  }
  return out
}

/**
 * GgH' of every kernel in the order in which `winograd` reads them: for each position, for each eight filters, for each
 * two inputs, their weights in each of the eight. Nothing exceeds 18,288.
 *
 * @param kernel shape `[3, 3, inputs, filters]`
 * @param patch how wide a patch of outputs is
 */
export function winogradWeights(kernel: Int8Array, inputs: number, filters: number, patch: 2 | 4): Int16Array {
  const size = inputs * filters
  const across = patch === 4 ? SIX : FOUR
  const out = new Int16Array(SIX.length * across.length * size)
  const line = new Int32Array(3)
  for (let input = 0; input < inputs; input++) {
    for (let filter = 0; filter < filters; filter++) {
      const place = Math.floor(filter / GROUP) * GROUP * inputs + (input >> 1) * 2 * GROUP + (filter % GROUP) * 2
      let at = place + (input & 1)
      for (const g of SIX) {
        for (let x = 0; x < 3; x++) {
          const weight = (y: number) => g[y]! * kernel[((y * 3 + x) * inputs + input) * filters + filter]!
          line[x] = weight(0) + weight(1) + weight(2)
        }
        for (const h of across) {
          out[at] = h[0] * line[0]! + h[1] * line[1]! + h[2] * line[2]!
          at += size
        }
      }
    }
  }
  return out
}

/**
 * For each eight filters: int32, `scale` times the bias and half of what the shift cuts off; then int16, the multipliers.
 */
export function roundings({ bias, multiplier, shift }: IntegerConvolution, scale: number): Int32Array {
  const out = new Int32Array((bias.length / GROUP) * 12)
  for (let group = 0; group < bias.length / GROUP; group++) {
    for (let i = 0; i < GROUP; i++) out[group * 12 + i] = scale * (bias[group * GROUP + i]! + 2 ** (shift - 1))
    new Int16Array(out.buffer, (group * 12 + 8) * 4, GROUP).set(multiplier.subarray(group * GROUP, (group + 1) * GROUP))
  }
  return out
}
