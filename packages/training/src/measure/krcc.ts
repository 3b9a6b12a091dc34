import { checkPairs, type Numbers } from './pairs.js'

/**
 * Kendall's rank correlation coefficient tau-b, which allows for ties, in O(n log n) (Knight, "A Computer Method for
 * Calculating Kendall's Tau with Ungrouped Data", JASA 1966).
 *
 * @returns -1 to 1; NaN when one of the two does not vary
 * @throws Error when the two are not equally many finite numbers, at least two
 */
export function krcc(predictions: Numbers, opinions: Numbers): number {
  checkPairs(predictions, opinions)
  const order = Uint32Array.from(predictions, (_, i) => i)
  order.sort((a, b) => predictions[a]! - predictions[b]! || opinions[a]! - opinions[b]!)
  const x = Float64Array.from(order, (i) => predictions[i]!)
  const y = Float64Array.from(order, (i) => opinions[i]!)

  const all = pairs(x.length)
  const tiedX = ties((i) => x[i] === x[i - 1], x.length)
  const tiedBoth = ties((i) => x[i] === x[i - 1] && y[i] === y[i - 1], x.length)
  const swaps = sortCounting(y) // sorted from here on
  const tiedY = ties((i) => y[i] === y[i - 1], y.length)
  const difference = all - tiedX - tiedY + tiedBoth - 2 * swaps
  return difference / Math.sqrt(all - tiedX) / Math.sqrt(all - tiedY)
}

function pairs(n: number): number {
  return (n * (n - 1)) / 2
}

/** Pairs of equal items among neighbours. */
function ties(sameAsBefore: (i: number) => boolean, n: number): number {
  let [total, run] = [0, 1]
  for (let i = 1; i <= n; i++) {
    if (i < n && sameAsBefore(i)) {
      run++
    } else {
      total += pairs(run)
      run = 1
    }
  }
  return total
}

/** Merge sort in place; returns how many pairs stood the wrong way round. */
function sortCounting(numbers: Float64Array): number {
  let swaps = 0
  let from = numbers
  let to: Float64Array = new Float64Array(numbers.length)
  for (let width = 1; width < numbers.length; width *= 2) {
    for (let start = 0; start < numbers.length; start += 2 * width) {
      const middle = Math.min(start + width, numbers.length)
      const end = Math.min(start + 2 * width, numbers.length)
      for (let left = start, right = middle, out = start; out < end; out++) {
        if (right >= end || (left < middle && from[left]! <= from[right]!)) {
          to[out] = from[left++]!
        } else {
          swaps += middle - left
          to[out] = from[right++]!
        }
      }
    }
    ;[from, to] = [to, from]
  }
  if (from !== numbers) numbers.set(from)
  return swaps
}
