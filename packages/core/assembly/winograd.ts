import { requantise, storeOutputs } from './activations'
import { sums } from './sums'

/** The inverses of 3 and of 9 modulo 2^32. */
const THIRD: i32 = 0xaaaaaaab
const NINTH: i32 = 0x38e38e39

/** Bytes of a line of a patch in {@link winograd}'s scratch. */
const LINE: usize = 6 * 16

/**
 * A 3 x 3 convolution with stride 1, "same" padding and ReLU by Winograd's algorithm, in patches of outputs of 4 x 4 (36
 * products for each instead of 144) or of 4 x 2 (24 instead of 72, and inputs may be four times as large). In whole
 * numbers, and exact: what comes out before the shift is 576 or 48 times the sum, modulo 2^32.
 *
 * Patches of inputs, two pixels taller and wider, are transformed; the products of all patches at one position are sums
 * like those of a 1 x 1 convolution; what they give is transformed back to outputs.
 *
 * Source: Lavin and Gray, "Fast algorithms for convolutional neural networks", CVPR 2016.
 *
 * @param patch how wide a patch of outputs is, 4 or 2
 * @param input the pixel above and left of the first
 * @param inputs channels, a multiple of 8
 * @param rowBytes from one row of inputs to the next
 * @param weights transformed kernels, for each position, for each eight filters
 * @param filters a multiple of 8
 * @param rounding for each eight filters: int32, 64 (or 16) times the biases with the rounding of the shift, int16 multipliers
 * @param output the first output's first channel
 * @param kind one of `Output`
 * @param atOnce patches under way together, a multiple of 4
 * @param scratch `36 x atOnce x inputs` int16, then `36 x atOnce x filters` int32, then 96 x 16 bytes
 */
export function winograd(
  patch: usize,
  input: usize,
  inputs: usize,
  rowBytes: usize,
  weights: usize,
  filters: usize,
  rounding: usize,
  shift: i32,
  output: usize,
  outputRowBytes: usize,
  width: usize,
  height: usize,
  kind: i32,
  atOnce: usize,
  scratch: usize,
): void {
  const across = (width + patch - 1) / patch
  const count = across * ((height + 3) / 4)
  const positions = 6 * (patch + 2)
  const products = scratch + positions * atOnce * inputs * 2
  const lines = products + positions * atOnce * filters * 4
  for (let first: usize = 0; first < count; first += atOnce) {
    const some = min(atOnce, count - first)
    for (let i: usize = 0; i < some; i++) {
      const y = ((first + i) / across) * 4
      const x = ((first + i) % across) * patch
      const from = input + y * rowBytes + x * inputs * 2
      transformInputs(patch, from, inputs, rowBytes, scratch + i * inputs * 2, atOnce * inputs * 2, lines)
    }
    multiply(positions, scratch, inputs, some, atOnce, weights, filters, products)
    for (let i: usize = 0; i < some; i++) {
      const y = ((first + i) / across) * 4
      const x = ((first + i) % across) * patch
      transformOutputs(
        patch,
        products + i * filters * 4,
        atOnce * filters * 4,
        filters,
        rounding,
        shift,
        output + y * outputRowBytes + x * filters * 2,
        outputRowBytes,
        min(patch, width - x),
        min(4, height - y),
        kind,
        lines,
      )
    }
  }
}

function multiply(
  positions: usize,
  transformed: usize,
  inputs: usize,
  count: usize,
  atOnce: usize,
  weights: usize,
  filters: usize,
  products: usize,
): void {
  const quads = (count + 3) / 4
  const patchBytes = inputs * 2
  for (; positions > 0; positions--) {
    for (let filter: usize = 0; filter < filters; filter += 8) {
      sums(transformed, patchBytes, quads, 1, patchBytes, 0, weights, products + filter * 4, filters * 4)
      weights += inputs * 16
    }
    transformed += atOnce * patchBytes
    products += atOnce * filters * 4
  }
}

/** B'xC of a patch of inputs, eight channels at a time. */
function transformInputs(
  patch: usize,
  input: usize,
  inputs: usize,
  rowBytes: usize,
  out: usize,
  positionBytes: usize,
  lines: usize,
): void {
  const columns = patch + 2
  for (let channel: usize = 0; channel < inputs; channel += 8) {
    for (let x: usize = 0; x < columns; x++) inputsOfSix(input + x * inputs * 2, rowBytes, lines + x * 16, LINE)
    for (let y: usize = 0; y < 6; y++) {
      const to = out + y * columns * positionBytes
      if (patch === 4) inputsOfSix(lines + y * LINE, 16, to, positionBytes)
      else inputsOfFour(lines + y * LINE, to, positionBytes)
    }
    input += 16
    out += 16
  }
}

/** A line through (4, 0, -5, 0, 1, 0), (0, -4, -4, 1, 1, 0), (0, 4, -4, -1, 1, 0), (0, -2, -1, 2, 1, 0), (0, 2, -1, -2, 1, 0), (0, 4, 0, -5, 0, 1). */
function inputsOfSix(from: usize, fromBytes: usize, to: usize, bytes: usize): void {
  const x0 = v128.load(from)
  const x1 = v128.load(from + fromBytes)
  const x2 = v128.load(from + 2 * fromBytes)
  const x3 = v128.load(from + 3 * fromBytes)
  const x4 = v128.load(from + 4 * fromBytes)
  const x5 = v128.load(from + 5 * fromBytes)
  const even = i16x8.sub(x4, i16x8.shl(x2, 2))
  const odd = i16x8.sub(x3, i16x8.shl(x1, 2))
  const half = i16x8.sub(x4, x2)
  const double = i16x8.shl(i16x8.sub(x3, x1), 1)
  v128.store(to, i16x8.add(i16x8.shl(x0, 2), i16x8.sub(even, x2)))
  to += bytes
  v128.store(to, i16x8.add(even, odd))
  to += bytes
  v128.store(to, i16x8.sub(even, odd))
  to += bytes
  v128.store(to, i16x8.add(half, double))
  to += bytes
  v128.store(to, i16x8.sub(half, double))
  to += bytes
  v128.store(to, i16x8.sub(i16x8.sub(x5, x3), i16x8.shl(double, 1)))
}

/** A line through (1, 0, -1, 0), (0, 1, 1, 0), (0, -1, 1, 0), (0, -1, 0, 1). */
function inputsOfFour(from: usize, to: usize, bytes: usize): void {
  const x0 = v128.load(from)
  const x1 = v128.load(from, 16)
  const x2 = v128.load(from, 32)
  const x3 = v128.load(from, 48)
  v128.store(to, i16x8.sub(x0, x2))
  to += bytes
  v128.store(to, i16x8.add(x1, x2))
  to += bytes
  v128.store(to, i16x8.sub(x2, x1))
  to += bytes
  v128.store(to, i16x8.sub(x3, x1))
}

/** A'mD of a patch's products, eight filters at a time, then bias, shift, multiplication and ReLU. */
function transformOutputs(
  patch: usize,
  products: usize,
  positionBytes: usize,
  filters: usize,
  rounding: usize,
  shift: i32,
  output: usize,
  rowBytes: usize,
  columns: usize,
  rows: usize,
  kind: i32,
  lines: usize,
): void {
  const high = lines + 4 * LINE
  const line = high + 4 * LINE
  const inverse = i32x4.splat(patch === 4 ? NINTH : THIRD)
  shift += patch === 4 ? 6 : 4
  for (let filter: usize = 0; filter < filters; filter += 8) {
    const row = (patch + 2) * positionBytes
    for (let x: usize = 0; x < patch + 2; x++) {
      outputsOfSix(products + x * positionBytes, row, lines + x * 16, LINE)
      outputsOfSix(products + x * positionBytes + 16, row, high + x * 16, LINE)
    }
    for (let y: usize = 0; y < rows; y++) {
      if (patch === 4) {
        outputsOfSix(lines + y * LINE, 16, line, 32)
        outputsOfSix(high + y * LINE, 16, line + 16, 32)
      } else {
        outputsOfFour(lines + y * LINE, line)
        outputsOfFour(high + y * LINE, line + 16)
      }
      for (let x: usize = 0; x < columns; x++) {
        const values = requantise(
          i32x4.add(i32x4.mul(v128.load(line + x * 32), inverse), v128.load(rounding)),
          i32x4.add(i32x4.mul(v128.load(line + x * 32, 16), inverse), v128.load(rounding, 16)),
          shift,
          v128.load(rounding, 32),
        )
        storeOutputs(output + y * rowBytes + x * filters * 2, values, kind)
      }
    }
    products += 32
    rounding += 48
    output += 16
  }
}

/** A line through (1, 1, 1, 1, 1, 0), (0, 1, -1, 2, -2, 0), (0, 1, 1, 4, 4, 0), (0, 1, -1, 8, -8, 8). */
function outputsOfSix(from: usize, fromBytes: usize, to: usize, bytes: usize): void {
  const m0 = v128.load(from)
  const m1 = v128.load(from + fromBytes)
  const m2 = v128.load(from + 2 * fromBytes)
  const m3 = v128.load(from + 3 * fromBytes)
  const m4 = v128.load(from + 4 * fromBytes)
  const m5 = v128.load(from + 5 * fromBytes)
  const one = i32x4.add(m1, m2)
  const minusOne = i32x4.sub(m1, m2)
  const two = i32x4.add(m3, m4)
  const minusTwo = i32x4.sub(m3, m4)
  v128.store(to, i32x4.add(m0, i32x4.add(one, two)))
  to += bytes
  v128.store(to, i32x4.add(minusOne, i32x4.shl(minusTwo, 1)))
  to += bytes
  v128.store(to, i32x4.add(one, i32x4.shl(two, 2)))
  to += bytes
  v128.store(to, i32x4.add(minusOne, i32x4.shl(i32x4.add(minusTwo, m5), 3)))
}

/** A line through (1, 1, 1, 0), (0, 1, -1, 1). */
function outputsOfFour(from: usize, to: usize): void {
  const m1 = v128.load(from, 16)
  const m2 = v128.load(from, 32)
  v128.store(to, i32x4.add(v128.load(from), i32x4.add(m1, m2)))
  v128.store(to, i32x4.add(i32x4.sub(m1, m2), v128.load(from, 48)), 32)
}
