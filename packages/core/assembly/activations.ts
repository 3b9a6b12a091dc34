/** What a convolution's outputs become, which is its ReLU too. */
export enum Output {
  /** 0 to 2047, the most that Winograd's algorithm takes with patches of 4 x 2. */
  Fine,
  /** 0 to 480, the most that it takes with patches of 4 x 4. */
  Coarse,
  /** 0 to 32767: there is no next convolution. */
  Feature,
}

/** Two times four sums, shifted to 16 bits and multiplied. */
export function requantise(low: v128, high: v128, shift: i32, multipliers: v128): v128 {
  return i16x8.q15mulr_sat_s(i16x8.narrow_i32x4_s(i32x4.shr_s(low, shift), i32x4.shr_s(high, shift)), multipliers)
}

/** Stores eight requantised sums as outputs of 16 bits. */
export function storeOutputs(at: usize, values: v128, output: i32): void {
  let positive = i16x8.max_s(values, i16x8.splat(0))
  if (output === Output.Fine) positive = i16x8.min_s(positive, i16x8.splat(2047))
  else if (output === Output.Coarse) {
    positive = i16x8.min_s(i16x8.shr_u(i16x8.add(positive, i16x8.splat(4)), 3), i16x8.splat(480))
  }
  v128.store(at, positive)
}
