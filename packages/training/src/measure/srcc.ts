import { checkPairs, type Numbers } from './pairs.js'
import { plcc } from './plcc.js'

/**
 * Spearman's rank correlation coefficient: Pearson's of the ranks, equal numbers sharing their mean rank.
 *
 * @returns -1 to 1; NaN when one of the two does not vary
 * @throws Error when the two are not equally many finite numbers, at least two
 */
export function srcc(predictions: Numbers, opinions: Numbers): number {
  checkPairs(predictions, opinions)
  return plcc(ranks(predictions), ranks(opinions))
}

/** Ranks from 1, equal numbers sharing the mean of theirs. */
export function ranks(numbers: Numbers): Float64Array {
  const order = Uint32Array.from(numbers, (_, i) => i).sort((a, b) => numbers[a]! - numbers[b]!)
  const result = new Float64Array(numbers.length)
  for (let from = 0, to = 0; from < order.length; from = to) {
    while (to < order.length && numbers[order[to]!] === numbers[order[from]!]) to++
    for (let i = from; i < to; i++) result[order[i]!] = (from + 1 + to) / 2
  }
  return result
}
