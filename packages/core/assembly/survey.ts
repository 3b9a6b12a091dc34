/**
 * Counts levels in four tables by turns: of equal neighbours, as flat places have them, none waits for the one before.
 *
 * @param levels int8, shape `[count]`
 * @param tables uint32, shape `[4, 256]`, by the level's byte
 */
export function count(levels: usize, count: usize, tables: usize): void {
  const end = levels + count
  for (const whole = levels + (count & ~3); levels < whole; levels += 4) {
    const four = load<u32>(levels)
    increment(tables + ((four & 255) << 2))
    increment(tables + 1024 + (((four >> 8) & 255) << 2))
    increment(tables + 2048 + (((four >> 16) & 255) << 2))
    increment(tables + 3072 + ((four >> 24) << 2))
  }
  for (; levels < end; levels++) increment(tables + ((load<u8>(levels) as usize) << 2))
}

function increment(at: usize): void {
  store<u32>(at, load<u32>(at) + 1)
}

/**
 * Means of 16 x 16 levels' reliability, four cells at once: none waits for another's sum.
 *
 * @param levels int8, 16 rows
 * @param reliability float64, shape `[256]`, by the level's byte
 * @param columns cells, of which the last ones may be followed by up to three more that mean nothing
 * @param out float32
 */
export function cellMeans(levels: usize, width: usize, reliability: usize, columns: usize, out: usize): void {
  for (const end = out + columns * 4; out < end; out += 16) {
    let a: f64 = 0
    let b: f64 = 0
    let c: f64 = 0
    let d: f64 = 0
    let row = levels
    for (let y = 0; y < 16; y++) {
      for (const end = row + 16; row < end; row++) {
        a += worth(reliability, load<u8>(row))
        b += worth(reliability, load<u8>(row, 16))
        c += worth(reliability, load<u8>(row, 32))
        d += worth(reliability, load<u8>(row, 48))
      }
      row += width - 16
    }
    store<f32>(out, (a / 256) as f32)
    store<f32>(out, (b / 256) as f32, 4)
    store<f32>(out, (c / 256) as f32, 8)
    store<f32>(out, (d / 256) as f32, 12)
    levels += 64
  }
}

function worth(reliability: usize, level: u8): f64 {
  return load<f64>(reliability + ((level as usize) << 3))
}
