/**
 * Luma in 256ths of a gray level, by ITU-R BT.601's weights in 256ths. Sixteen pixels are made at a time, of 52 bytes: what
 * is behind the last one is read and written, too.
 *
 * @param pixels uint8, shape `[count, channels]`
 * @param channels 3 or 1
 * @param out uint16, shape `[count]`
 */
export function luma(pixels: usize, channels: usize, count: usize, out: usize): void {
  for (const end = out + count * 2; out < end; out += 32) {
    if (channels === 1) {
      v128.store(out, i16x8.shl(v128.load8x8_u(pixels), 8))
      v128.store(out, i16x8.shl(v128.load8x8_u(pixels, 8), 8), 16)
    } else {
      v128.store(out, i16x8.narrow_i32x4_u(four(pixels), four(pixels + 12)))
      v128.store(out, i16x8.narrow_i32x4_u(four(pixels + 24), four(pixels + 36)), 16)
    }
    pixels += 16 * channels
  }
}

/** Luma of four RGB pixels. */
function four(pixels: usize): v128 {
  const weights = i16x8(77, 150, 29, 0, 77, 150, 29, 0)
  const spread = i8x16.swizzle(v128.load(pixels), i8x16(0, 1, 2, 16, 3, 4, 5, 16, 6, 7, 8, 16, 9, 10, 11, 16))
  const first = i32x4.dot_i16x8_s(i16x8.extend_low_i8x16_u(spread), weights)
  const last = i32x4.dot_i16x8_s(i16x8.extend_high_i8x16_u(spread), weights)
  return i32x4.add(v128.shuffle<i32>(first, last, 0, 2, 4, 6), v128.shuffle<i32>(first, last, 1, 3, 5, 7))
}
