import { random } from '../random.js'

/** What a search tries: the numbers that a trial is trained with. */
export interface Settings {
  /** Highest learning rate. */
  rate: number
  /** Pixels along a side of a patch. */
  side: number
  /** Patches of a batch, as a multiple of those in `--data`. */
  batch: number
  /** Weight of 1 − PLCC. */
  correlation: number
  /** Weight of the error map's loss in stage 2. */
  map: number
  /** Weight of the differences between versions of one picture. */
  siblings: number
  /** Weight of the fault head. */
  fault: number
  /** How fast trust in a pixel grows with its contrast. */
  alpha: number
  /** Exponent of the error map. */
  p: number
}

/** Settings drawn at random: rates and weights evenly in ratio. The n-th draw depends on the seed and n alone. */
export function drawSettings(seed: string, n: number, sides: readonly number[]): Settings {
  const rng = random(`${seed}/search ${n}`)
  const ratio = (from: number, to: number) => rounded(from * (to / from) ** rng())
  const pick = <T>(items: readonly T[]) => items[Math.floor(rng() * items.length)]!
  return {
    rate: ratio(2e-4, 3e-3),
    side: pick(sides),
    batch: pick([0.5, 1, 2]),
    correlation: ratio(0.25, 4),
    map: ratio(0.1, 3),
    siblings: ratio(0.25, 4),
    fault: ratio(0.03, 0.3),
    alpha: ratio(0.05, 1),
    p: rounded(0.2 + 0.8 * rng()),
  }
}

/** Three digits: what is printed is what was trained. */
function rounded(value: number): number {
  return Number(value.toPrecision(3))
}

/** Which trials stay in each round of successive halving, and how long each of them trains. */
export interface Round {
  trials: number
  /** Share of the whole length, 1 in the last round. */
  share: number
}

/** A third of the trials goes on, three times as long (Jamieson and Talwalkar, AISTATS 2016). */
export function rounds(trials: number): Round[] {
  const counts = [trials]
  while (counts.at(-1)! > 1) counts.push(Math.ceil(counts.at(-1)! / 3))
  return counts.map((count, i) => ({ trials: count, share: 3 ** (i + 1 - counts.length) }))
}
