import { fitLogistic } from './logistic.js'
import type { Numbers } from './pairs.js'

/**
 * Root of the mean squared error after the predictions were mapped to the scale of the opinions by
 * {@link fitLogistic}.
 *
 * @returns in the unit of the opinions
 * @throws Error when the two are not equally many finite numbers, at least two
 */
export function rmse(predictions: Numbers, opinions: Numbers): number {
  const { map } = fitLogistic(predictions, opinions)
  let sum = 0
  for (let i = 0; i < predictions.length; i++) sum += (map(predictions[i]!) - opinions[i]!) ** 2
  return Math.sqrt(sum / predictions.length)
}
