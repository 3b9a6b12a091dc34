import { requantise, storeOutputs } from './activations'
import { sums } from './sums'

/**
 * A 3 x 3 convolution with ReLU, product by product.
 *
 * @param input the first kernel row's first input of the first output
 * @param pixelBytes from what one output sees to what the next one sees
 * @param rowBytes from one row of inputs to the next
 * @param stride rows of inputs from one row of outputs to the next
 * @param runBytes bytes of inputs that a row of the kernel sees
 * @param weights for each eight filters, for each row of the kernel
 * @param filters a multiple of 8
 * @param rounding for each eight filters: int32 biases with the rounding of the shift, int16 multipliers
 * @param output the first output's first channel
 * @param kind one of `Output`
 * @param scratch int32, the sums of a row, its width rounded up to a multiple of 4
 */
export function direct(
  input: usize,
  pixelBytes: usize,
  rowBytes: usize,
  stride: usize,
  runBytes: usize,
  weights: usize,
  filters: usize,
  rounding: usize,
  shift: i32,
  output: usize,
  outputRowBytes: usize,
  width: usize,
  height: usize,
  kind: i32,
  scratch: usize,
): void {
  const quads = (width + 3) / 4
  for (let y: usize = 0; y < height; y++) {
    let from = weights
    for (let filter: usize = 0; filter < filters; filter += 8) {
      sums(input, pixelBytes, quads, 3, runBytes, rowBytes, from, scratch + filter * 4, filters * 4)
      from += 3 * runBytes * 8
    }
    storeRow(scratch, width, filters, rounding, shift, output, kind)
    input += stride * rowBytes
    output += outputRowBytes
  }
}

function storeRow(
  sums: usize,
  width: usize,
  filters: usize,
  rounding: usize,
  shift: i32,
  output: usize,
  kind: i32,
): void {
  for (; width > 0; width--) {
    let at = rounding
    for (let filter: usize = 0; filter < filters; filter += 8) {
      const low = i32x4.add(v128.load(sums), v128.load(at))
      const high = i32x4.add(v128.load(sums, 16), v128.load(at, 16))
      storeOutputs(output, requantise(low, high, shift, v128.load(at, 32)), kind)
      sums += 32
      at += 48
      output += 16
    }
  }
}
