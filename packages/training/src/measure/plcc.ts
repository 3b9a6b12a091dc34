import { fitLogistic } from './logistic.js'
import { checkPairs, mean, type Numbers } from './pairs.js'

/**
 * Pearson's linear correlation coefficient of the numbers as they are.
 *
 * @returns -1 to 1; NaN when one of the two does not vary
 * @throws Error when the two are not equally many finite numbers, at least two
 */
export function plcc(predictions: Numbers, opinions: Numbers): number {
  checkPairs(predictions, opinions)
  const [p, o] = [mean(predictions), mean(opinions)]
  let [both, first, second] = [0, 0, 0]
  for (let i = 0; i < predictions.length; i++) {
    const x = predictions[i]! - p
    const y = opinions[i]! - o
    both += x * y
    first += x * x
    second += y * y
  }
  // Rounding must not give 1.0000000000000002.
  return Math.max(-1, Math.min(1, both / Math.sqrt(first * second)))
}

/**
 * Pearson's correlation after the predictions were mapped to the scale of the opinions by {@link fitLogistic}, as
 * papers report it: raters do not use the ends of a scale evenly, and a metric is not blamed for that.
 *
 * @returns 0 to 1 in practice; NaN when one of the two does not vary
 * @throws Error when the two are not equally many finite numbers, at least two
 */
export function plccAfterLogistic(predictions: Numbers, opinions: Numbers): number {
  const { map } = fitLogistic(predictions, opinions)
  return plcc(Float64Array.from(predictions, map), opinions)
}
