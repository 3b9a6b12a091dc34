/**
 * Counts the lumas of a row of pixels (ITU-R BT.601, whole gray levels), and how its colour changes from pixel to pixel.
 *
 * @param pixels uint8, shape `[count, channels]`
 * @param channels 3 or 1
 * @param histogram uint32, shape `[256]`
 * @param sums float64: pixels whose colour is not that of the one to their left, and how far apart their lumas are
 */
export function tones(pixels: usize, channels: usize, count: usize, histogram: usize, sums: usize): void {
  let before = -1
  let left = 0
  let changed: i64 = 0
  let apart: i64 = 0
  for (const end = pixels + count * channels; pixels < end; pixels += channels) {
    const red = load<u8>(pixels) as i32
    const green = channels === 3 ? (load<u8>(pixels, 1) as i32) : red
    const blue = channels === 3 ? (load<u8>(pixels, 2) as i32) : red
    const level = (77 * red + 150 * green + 29 * blue + 128) >> 8
    const colour = (red << 16) | (green << 8) | blue
    const at = histogram + ((level as usize) << 2)
    store<u32>(at, load<u32>(at) + 1)
    if (before >= 0 && colour !== before) {
      changed++
      apart += abs<i32>(level - left) as i64
    }
    before = colour
    left = level
  }
  store<f64>(sums, load<f64>(sums) + (changed as f64))
  store<f64>(sums, load<f64>(sums, 8) + (apart as f64), 8)
}
