/** Gray levels below which a sample is dark, and above which it is bright. */
const DARK: f64 = 32
const BRIGHT: f64 = 223

/**
 * Adds up samples of the low band, one after the other.
 *
 * @param levels float32 in gray levels, shape `[count]`
 * @param histogram uint32, shape `[256]`, by the nearest whole level
 * @param sums float64: levels, their squares, and how many are dark and bright
 */
export function moments(levels: usize, count: usize, histogram: usize, sums: usize): void {
  let sum = load<f64>(sums)
  let squared = load<f64>(sums, 8)
  let dark = 0
  let bright = 0
  for (const end = levels + count * 4; levels < end; levels += 4) {
    const level = load<f32>(levels) as f64
    sum += level
    squared += level * level
    dark += i32(level < DARK)
    bright += i32(level > BRIGHT)
    const at = histogram + ((max(0, min(255, floor(level + 0.5) as i32)) as usize) << 2)
    store<u32>(at, load<u32>(at) + 1)
  }
  store<f64>(sums, sum)
  store<f64>(sums, squared, 8)
  store<f64>(sums, load<f64>(sums, 16) + (dark as f64), 16)
  store<f64>(sums, load<f64>(sums, 24) + (bright as f64), 24)
}

/**
 * Whole gray levels of 0 to 255, rounded half up.
 *
 * @param levels float32, shape `[count]`, at least 0
 * @param out uint8, shape `[count]`
 */
export function wholeLevels(levels: usize, count: usize, out: usize): void {
  for (const end = out + count; out < end; out++, levels += 4) {
    store<u8>(out, min(255, ((load<f32>(levels) as f64) + 0.5) as i32))
  }
}
