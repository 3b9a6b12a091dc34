/**
 * Scales the low band up by 4 along y: one row of it, at a quarter of its width.
 *
 * @param rows float32, four of them
 * @param weights float64, four
 * @param out float64, shape `[columns]`
 */
export function upscaleDown(rows: usize, rowBytes: usize, weights: usize, columns: usize, out: usize): void {
  const a = v128.load64_splat(weights)
  const b = v128.load64_splat(weights, 8)
  const c = v128.load64_splat(weights, 16)
  const d = v128.load64_splat(weights, 24)
  for (const end = rows + columns * 4; rows < end; rows += 8) {
    let sum = f64x2.mul(a, promoted(rows))
    sum = f64x2.add(sum, f64x2.mul(b, promoted(rows + rowBytes)))
    sum = f64x2.add(sum, f64x2.mul(c, promoted(rows + 2 * rowBytes)))
    sum = f64x2.add(sum, f64x2.mul(d, promoted(rows + 3 * rowBytes)))
    v128.store(out, sum)
    out += 16
  }
}

function promoted(at: usize): v128 {
  return f64x2.promote_low_f32x4(v128.load64_zero(at))
}

/**
 * A row of Î in whole gray levels of -127 to 127, 16 pixels at a time: luma without the low band, which is scaled up by 4
 * along x on the way.
 *
 * @param luma uint16 in 256ths of a gray level
 * @param low float64 in 256ths, two samples before the first pixel's, and from there on
 * @param weights float64, shape `[2, 4, 2]`: for the first two pixels of four and the last two, for each of four samples
 * @param out int8, shape `[count]`
 */
export function levels(luma: usize, low: usize, weights: usize, count: usize, out: usize): void {
  for (const end = out + count; out < end; out += 16) {
    const values = i8x16.narrow_i16x8_s(eight(luma, low, weights), eight(luma + 16, low + 16, weights))
    v128.store(out, i8x16.max_s(values, i8x16.splat(-127)))
    luma += 32
    low += 32
  }
}

/** Eight pixels, which see six samples: the first two the first four of them, the next two the four from the second on. */
function eight(luma: usize, low: usize, weights: usize): v128 {
  const m0 = v128.load64_splat(low)
  const m1 = v128.load64_splat(low, 8)
  const m2 = v128.load64_splat(low, 16)
  const m3 = v128.load64_splat(low, 24)
  const m4 = v128.load64_splat(low, 32)
  const m5 = v128.load64_splat(low, 40)
  let first = v128.load(weights)
  let last = v128.load(weights, 64)
  let a = f64x2.mul(first, m0)
  let b = f64x2.mul(last, m1)
  let c = f64x2.mul(first, m1)
  let d = f64x2.mul(last, m2)
  first = v128.load(weights, 16)
  last = v128.load(weights, 80)
  a = f64x2.add(a, f64x2.mul(first, m1))
  b = f64x2.add(b, f64x2.mul(last, m2))
  c = f64x2.add(c, f64x2.mul(first, m2))
  d = f64x2.add(d, f64x2.mul(last, m3))
  first = v128.load(weights, 32)
  last = v128.load(weights, 96)
  a = f64x2.add(a, f64x2.mul(first, m2))
  b = f64x2.add(b, f64x2.mul(last, m3))
  c = f64x2.add(c, f64x2.mul(first, m3))
  d = f64x2.add(d, f64x2.mul(last, m4))
  first = v128.load(weights, 48)
  last = v128.load(weights, 112)
  a = f64x2.add(a, f64x2.mul(first, m3))
  b = f64x2.add(b, f64x2.mul(last, m4))
  c = f64x2.add(c, f64x2.mul(first, m4))
  d = f64x2.add(d, f64x2.mul(last, m5))
  return i16x8.narrow_i32x4_s(four(luma, a, b), four(luma + 8, c, d))
}

/** Luma of four pixels without the low band there. */
function four(luma: usize, first: v128, last: v128): v128 {
  const pixels = v128.load16x4_u(luma)
  const low = wholeLevels(f64x2.convert_low_i32x4_s(pixels), first)
  const high = wholeLevels(f64x2.convert_low_i32x4_s(v128.shuffle<i64>(pixels, pixels, 1, 1)), last)
  return i32x4.sub(i32x4.shr_s(v128.shuffle<i64>(low, high, 0, 2), 8), i32x4.splat(512))
}

/** Rounds half up: what is truncated here is positive, and the shift that follows cuts the 256ths off. */
function wholeLevels(pixels: v128, low: v128): v128 {
  return i32x4.trunc_sat_f64x2_s_zero(f64x2.add(f64x2.sub(pixels, low), f64x2.splat(512.5 * 256)))
}
