/**
 * Adds up how far the levels of two lines are apart, by their place modulo 8.
 *
 * @param a int8, shape `[count]`
 * @param b the same
 * @param sums float64, shape `[8]`
 */
export function distances(a: usize, b: usize, count: usize, sums: usize): void {
  let low = i32x4.splat(0)
  let high = i32x4.splat(0)
  let i: usize = 0
  for (; i + 16 <= count; i += 16) {
    const x = v128.load(a + i)
    const y = v128.load(b + i)
    const apart = i8x16.sub(i8x16.max_s(x, y), i8x16.min_s(x, y))
    const eight = i16x8.add(i16x8.extend_low_i8x16_u(apart), i16x8.extend_high_i8x16_u(apart))
    low = i32x4.add(low, i32x4.extend_low_i16x8_u(eight))
    high = i32x4.add(high, i32x4.extend_high_i16x8_u(eight))
  }
  add(sums, i32x4.extract_lane(low, 0))
  add(sums + 8, i32x4.extract_lane(low, 1))
  add(sums + 16, i32x4.extract_lane(low, 2))
  add(sums + 24, i32x4.extract_lane(low, 3))
  add(sums + 32, i32x4.extract_lane(high, 0))
  add(sums + 40, i32x4.extract_lane(high, 1))
  add(sums + 48, i32x4.extract_lane(high, 2))
  add(sums + 56, i32x4.extract_lane(high, 3))
  for (; i < count; i++) {
    add(sums + ((i & 7) << 3), abs<i32>((load<i8>(a + i) as i32) - (load<i8>(b + i) as i32)))
  }
}

/**
 * Adds up the products of two lines' levels.
 *
 * @param a int8, shape `[count]`: at most 500,000, or lanes overflow
 * @param b the same
 * @param sum float64
 */
export function products(a: usize, b: usize, count: usize, sum: usize): void {
  let four = i32x4.splat(0)
  let i: usize = 0
  for (; i + 16 <= count; i += 16) {
    const x = v128.load(a + i)
    const y = v128.load(b + i)
    four = i32x4.add(four, i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_s(x), i16x8.extend_low_i8x16_s(y)))
    four = i32x4.add(four, i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_s(x), i16x8.extend_high_i8x16_s(y)))
  }
  let rest: i64 = 0
  for (; i < count; i++) rest += (load<i8>(a + i) as i64) * (load<i8>(b + i) as i64)
  const lanes =
    (i32x4.extract_lane(four, 0) as i64) +
    (i32x4.extract_lane(four, 1) as i64) +
    (i32x4.extract_lane(four, 2) as i64) +
    (i32x4.extract_lane(four, 3) as i64)
  store<f64>(sum, load<f64>(sum) + ((lanes + rest) as f64))
}

function add(at: usize, value: i32): void {
  store<f64>(at, load<f64>(at) + (value as f64))
}
