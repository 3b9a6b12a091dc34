/**
 * Adds up products of activations and weights, for four pixels and eight channels at a time: eight sums of four lanes
 * each are as many as fit into the sixteen SIMD registers beside what they are made of, and only one step at a time: V8
 * begins to spill them when the loop is unrolled.
 *
 * Inputs and weights are int16. A step takes two inputs of every pixel, and 256 bits of weights: four channels by two
 * inputs, twice.
 *
 * @param input the first pixel's first input
 * @param pixelBytes from one pixel to the next
 * @param quads how many times four pixels
 * @param runs stretches of inputs without a gap: the rows of a kernel
 * @param runBytes a multiple of 4
 * @param rowBytes from one stretch to the next
 * @param out int32, eight in a row
 * @param outBytes from one pixel's sums to the next one's
 */
export function sums(
  input: usize,
  pixelBytes: usize,
  quads: usize,
  runs: usize,
  runBytes: usize,
  rowBytes: usize,
  weights: usize,
  out: usize,
  outBytes: usize,
): void {
  for (; quads > 0; quads--) {
    let a0 = i32x4.splat(0)
    let a1 = a0
    let b0 = a0
    let b1 = a0
    let c0 = a0
    let c1 = a0
    let d0 = a0
    let d1 = a0
    let row = input
    let w = weights
    for (let run = runs; run > 0; run--) {
      let a = row
      let b = a + pixelBytes
      let c = b + pixelBytes
      let d = c + pixelBytes
      for (let end = a + runBytes; a < end; ) {
        const w0 = v128.load(w)
        const w1 = v128.load(w, 16)
        let x = v128.load32_splat(a)
        a0 = dot(w0, x, a0)
        a1 = dot(w1, x, a1)
        x = v128.load32_splat(b)
        b0 = dot(w0, x, b0)
        b1 = dot(w1, x, b1)
        x = v128.load32_splat(c)
        c0 = dot(w0, x, c0)
        c1 = dot(w1, x, c1)
        x = v128.load32_splat(d)
        d0 = dot(w0, x, d0)
        d1 = dot(w1, x, d1)

        w += 32
        a += 4
        b += 4
        c += 4
        d += 4
      }
      row += rowBytes
    }
    let to = out
    v128.store(to, a0)
    v128.store(to, a1, 16)
    to += outBytes
    v128.store(to, b0)
    v128.store(to, b1, 16)
    to += outBytes
    v128.store(to, c0)
    v128.store(to, c1, 16)
    to += outBytes
    v128.store(to, d0)
    v128.store(to, d1, 16)
    out = to + outBytes
    input += 4 * pixelBytes
  }
}

function dot(weights: v128, inputs: v128, sum: v128): v128 {
  return i32x4.add(sum, i32x4.dot_i16x8_s(weights, inputs))
}
