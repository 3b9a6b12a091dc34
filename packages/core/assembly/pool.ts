/**
 * Sums of features over up to 65,536 cells, which is as many as an int32 is sure to hold.
 *
 * @param features int16, shape `[cells, channels]`
 * @param channels a multiple of 8
 * @param out int32, shape `[channels]`
 */
export function pool(features: usize, cells: usize, channels: usize, out: usize): void {
  for (let channel: usize = 0; channel < channels; channel += 8) {
    let low = i32x4.splat(0)
    let high = low
    let at = features + channel * 2
    for (let cell = cells; cell > 0; cell--) {
      const eight = v128.load(at)
      low = i32x4.add(low, i32x4.extend_low_i16x8_s(eight))
      high = i32x4.add(high, i32x4.extend_high_i16x8_s(eight))
      at += channels * 2
    }
    v128.store(out, low)
    v128.store(out, high, 16)
    out += 32
  }
}
