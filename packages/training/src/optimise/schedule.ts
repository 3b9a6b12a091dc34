/** What {@link warmupCosine} needs: rates above 0, lengths in steps. */
export interface WarmupCosineOptions {
  /** The highest learning rate, reached at the end of the warm-up. */
  peak: number
  /** Steps of linear rise; 0 starts at the peak. */
  warmup: number
  /** Steps of the whole run, the warm-up included. */
  total: number
  /** The rate at the end. @default 0 */
  floor?: number | undefined
}

/**
 * A learning rate that rises in a straight line and then falls along half a cosine (Loshchilov and Hutter, "SGDR",
 * ICLR 2017, without restarts).
 *
 * @returns the rate at a step counted from 0; from step `total` on it is `floor`
 * @throws Error when the warm-up is longer than the run, or a rate is not a rate
 */
export function warmupCosine({ peak, warmup, total, floor = 0 }: WarmupCosineOptions): (step: number) => number {
  if (!(peak > 0)) throw new Error(`Expected a number above 0 for the peak learning rate, received ${peak}.`)
  if (!(floor >= 0 && floor <= peak)) {
    throw new Error(`Expected 0 to ${peak} (the peak) for the final learning rate, received ${floor}.`)
  }
  if (!(warmup >= 0 && warmup < total)) {
    throw new Error(`Expected 0 to less than ${total} steps (the whole run) for the warm-up, received ${warmup}.`)
  }
  return (step) => {
    // Not from 0: a first step with rate 0 would be wasted.
    if (step < warmup) return (peak * (step + 1)) / warmup
    const progress = Math.min(1, (step - warmup) / (total - warmup))
    return floor + (peak - floor) * 0.5 * (1 + Math.cos(Math.PI * progress))
  }
}
