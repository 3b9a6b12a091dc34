/**
 * Adds the moments of a row of blocks of 4 x 4 RGB pixels, block by block. Four blocks are made at a time: reads on for up
 * to three.
 *
 * @param pixels uint8, four rows
 * @param moments float64: Cb, its square, Cr, its square, and the distance from gray
 */
export function addChroma(pixels: usize, rowBytes: usize, blocks: usize, moments: usize): void {
  let cb = load<f64>(moments)
  let cbSquared = load<f64>(moments, 8)
  let cr = load<f64>(moments, 16)
  let crSquared = load<f64>(moments, 24)
  let distance = load<f64>(moments, 32)
  // Every third of 24 bytes in a row: the reds are those of x in the first eight, of y in the next, and of z in the last.
  const x = i16x8(1, 0, 0, 1, 0, 0, 1, 0)
  const y = i16x8(0, 1, 0, 0, 1, 0, 0, 1)
  const z = i16x8(0, 0, 1, 0, 0, 1, 0, 0)
  for (let block: usize = 0; block < blocks; block += 4) {
    const a = column(pixels, rowBytes)
    const b = column(pixels + 8, rowBytes)
    const c = column(pixels + 16, rowBytes)
    const d = column(pixels + 24, rowBytes)
    const e = column(pixels + 32, rowBytes)
    const f = column(pixels + 40, rowBytes)
    // Blocks behind the last one are black, which adds nothing.
    const there = i32x4.lt_s(i32x4(0, 1, 2, 3), i32x4.splat((blocks - block) as i32))
    let red = v128.and(there, pairs(halves(a, x, b, y, c, z), halves(d, x, e, y, f, z)))
    let green = v128.and(there, pairs(halves(a, y, b, z, c, x), halves(d, y, e, z, f, x)))
    let blue = v128.and(there, pairs(halves(a, z, b, x, c, y), halves(d, z, e, x, f, y)))
    for (let half = 0; half < 2; half++) {
      const r = mean(red)
      const g = mean(green)
      const b = mean(blue)
      const u = blueness(r, g, b)
      const v = redness(r, g, b)
      const uu = f64x2.mul(u, u)
      const vv = f64x2.mul(v, v)
      const away = f64x2.sqrt(f64x2.add(uu, vv))
      cb = cb + f64x2.extract_lane(u, 0) + f64x2.extract_lane(u, 1)
      cbSquared = cbSquared + f64x2.extract_lane(uu, 0) + f64x2.extract_lane(uu, 1)
      cr = cr + f64x2.extract_lane(v, 0) + f64x2.extract_lane(v, 1)
      crSquared = crSquared + f64x2.extract_lane(vv, 0) + f64x2.extract_lane(vv, 1)
      distance = distance + f64x2.extract_lane(away, 0) + f64x2.extract_lane(away, 1)
      red = v128.shuffle<i64>(red, red, 1, 1)
      green = v128.shuffle<i64>(green, green, 1, 1)
      blue = v128.shuffle<i64>(blue, blue, 1, 1)
    }
    pixels += 48
  }
  store<f64>(moments, cb)
  store<f64>(moments, cbSquared, 8)
  store<f64>(moments, cr, 16)
  store<f64>(moments, crSquared, 24)
  store<f64>(moments, distance, 32)
}

/** Sums of four rows, eight bytes wide. */
function column(at: usize, rowBytes: usize): v128 {
  const top = i16x8.add(v128.load8x8_u(at), v128.load8x8_u(at + rowBytes))
  return i16x8.add(top, i16x8.add(v128.load8x8_u(at + 2 * rowBytes), v128.load8x8_u(at + 3 * rowBytes)))
}

/** Of two blocks' sums of rows, 24 in three eights, those that the masks leave: two halves of the first, two of the second. */
function halves(a: v128, maskA: v128, b: v128, maskB: v128, c: v128, maskC: v128): v128 {
  const first = i32x4.dot_i16x8_s(a, maskA)
  const last = i32x4.dot_i16x8_s(c, maskC)
  const ends = i32x4.add(v128.shuffle<i64>(first, last, 0, 2), v128.shuffle<i64>(first, last, 1, 3))
  return i32x4.add(ends, i32x4.dot_i16x8_s(b, maskB))
}

function pairs(a: v128, b: v128): v128 {
  return i32x4.add(v128.shuffle<i32>(a, b, 0, 2, 4, 6), v128.shuffle<i32>(a, b, 1, 3, 5, 7))
}

/** Means of the first two of four blocks. */
function mean(sums: v128): v128 {
  return f64x2.mul(f64x2.convert_low_i32x4_s(sums), f64x2.splat(1 / 16))
}

/** Cb of ITU-R BT.601. */
function blueness(r: v128, g: v128, b: v128): v128 {
  const rest = f64x2.sub(f64x2.mul(f64x2.splat(-0.168736), r), f64x2.mul(f64x2.splat(0.331264), g))
  return f64x2.add(rest, f64x2.mul(f64x2.splat(0.5), b))
}

/** Cr of ITU-R BT.601. */
function redness(r: v128, g: v128, b: v128): v128 {
  const rest = f64x2.sub(f64x2.mul(f64x2.splat(0.5), r), f64x2.mul(f64x2.splat(0.418688), g))
  return f64x2.sub(rest, f64x2.mul(f64x2.splat(0.081312), b))
}
