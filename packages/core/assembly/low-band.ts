/** Rows of the ring that {@link blurDown} reads. */
const RING: usize = 16

/** Taps of the Gaussian that are not zero. */
const TAPS: usize = 12

/**
 * Blurs a row and takes every fourth sample, four of them at a time. Sums are whole and exact up to the last step, which
 * rounds to the nearest float32.
 *
 * @param luma uint16 in 256ths of a gray level, from four pixels before the row to twelve after it
 * @param taps int16 in 65536ths, 12 and then four zeros
 * @param out float32 in gray levels, shape `[columns]`
 */
export function blurAcross(luma: usize, taps: usize, columns: usize, out: usize): void {
  const first = v128.load(taps)
  const last = v128.load(taps, 16)
  // Samples are shifted into int16 and their sums, modulo 2^32, back again.
  const flip = i16x8.splat(-32768)
  const ones = i16x8.splat(1)
  const total = i32x4.add(i32x4.dot_i16x8_s(first, ones), i32x4.dot_i16x8_s(last, ones))
  const back = i32x4.shl(
    i32x4.splat(
      i32x4.extract_lane(total, 0) +
        i32x4.extract_lane(total, 1) +
        i32x4.extract_lane(total, 2) +
        i32x4.extract_lane(total, 3),
    ),
    15,
  )
  const scale = f32x4.splat(1 / 16777216)
  for (const end = out + columns * 4; out < end; out += 16) {
    const b = v128.xor(v128.load(luma, 8), flip)
    const c = v128.xor(v128.load(luma, 16), flip)
    const d = v128.xor(v128.load(luma, 24), flip)
    const e = v128.xor(v128.load(luma, 32), flip)
    const f = v128.xor(v128.load(luma, 40), flip)
    const sums = transposedSum(
      i32x4.add(i32x4.dot_i16x8_s(v128.xor(v128.load(luma), flip), first), i32x4.dot_i16x8_s(c, last)),
      i32x4.add(i32x4.dot_i16x8_s(b, first), i32x4.dot_i16x8_s(d, last)),
      i32x4.add(i32x4.dot_i16x8_s(c, first), i32x4.dot_i16x8_s(e, last)),
      i32x4.add(i32x4.dot_i16x8_s(d, first), i32x4.dot_i16x8_s(f, last)),
    )
    v128.store(out, f32x4.mul(f32x4.convert_i32x4_u(i32x4.add(sums, back)), scale))
    luma += 32
  }
}

/** The sums of each one's lanes. */
function transposedSum(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = i32x4.add(v128.shuffle<i32>(a, b, 0, 4, 1, 5), v128.shuffle<i32>(a, b, 2, 6, 3, 7))
  const cd = i32x4.add(v128.shuffle<i32>(c, d, 0, 4, 1, 5), v128.shuffle<i32>(c, d, 2, 6, 3, 7))
  return i32x4.add(v128.shuffle<i64>(ab, cd, 0, 2), v128.shuffle<i64>(ab, cd, 1, 3))
}

/**
 * A row of the low band: the blurred rows from the given one on, added up in float64 and rounded to float32 after each.
 *
 * @param ring float32, 16 rows of a multiple of four columns; row y of the image is in row y mod 16
 * @param taps float64, 12
 * @param out float32
 */
export function blurDown(ring: usize, first: usize, taps: usize, columns: usize, out: usize): void {
  const rowBytes = ((columns + 3) & ~3) * 4
  for (let at: usize = 0; at < columns * 4; at += 16) {
    let sum = f32x4.splat(0)
    for (let k: usize = 0; k < TAPS; k++) {
      const row = v128.load(ring + ((first + k) % RING) * rowBytes + at)
      const tap = v128.load64_splat(taps + k * 8)
      const low = f64x2.add(f64x2.promote_low_f32x4(sum), f64x2.mul(tap, f64x2.promote_low_f32x4(row)))
      const high = f64x2.add(f64x2.promote_low_f32x4(upper(sum)), f64x2.mul(tap, f64x2.promote_low_f32x4(upper(row))))
      sum = v128.shuffle<i64>(f32x4.demote_f64x2_zero(low), f32x4.demote_f64x2_zero(high), 0, 2)
    }
    v128.store(out + at, sum)
  }
}

/** The upper half, as the lower one. */
function upper(four: v128): v128 {
  return v128.shuffle<i64>(four, four, 1, 1)
}
