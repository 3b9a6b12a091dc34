/** Pixels along a side of the blocks that 4:2:0 codes chroma in. */
const BLOCK: usize = 16

/**
 * Adds up how red and blue less luma (ITU-R BT.601) go from pixel to pixel along a row.
 *
 * @param pixels uint8, shape `[count, 3]`
 * @param sums float64, in 256ths of a gray level: |steps| from the pixel to the left, from the one two to the left, and, of
 * the first, those at the left edges of blocks
 */
export function chromaSteps(pixels: usize, count: usize, sums: usize): void {
  let red1 = 0
  let blue1 = 0
  let red2 = 0
  let blue2 = 0
  let near: i64 = 0
  let next: i64 = 0
  let edges: i64 = 0
  for (let x: usize = 0; x < count; x++, pixels += 3) {
    const r = load<u8>(pixels) as i32
    const b = load<u8>(pixels, 2) as i32
    const luma = 77 * r + 150 * (load<u8>(pixels, 1) as i32) + 29 * b
    const red = 256 * r - luma
    const blue = 256 * b - luma
    if (x > 0) {
      const step = (abs(red - red1) + abs(blue - blue1)) as i64
      near += step
      if (x % BLOCK === 0) edges += step
    }
    if (x > 1) next += (abs(red - red2) + abs(blue - blue2)) as i64
    red2 = red1
    blue2 = blue1
    red1 = red
    blue1 = blue
  }
  store<f64>(sums, load<f64>(sums) + (near as f64))
  store<f64>(sums, load<f64>(sums, 8) + (next as f64), 8)
  store<f64>(sums, load<f64>(sums, 16) + (edges as f64), 16)
}
