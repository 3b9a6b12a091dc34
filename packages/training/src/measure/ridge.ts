import { solveSymmetric } from './linear-system.js'
import { checkPairs, deviation, mean, type Numbers } from './pairs.js'

/** A linear model of standardised columns. */
export interface Ridge {
  means: number[]
  /** Standard deviations; 1 for a column that does not vary. */
  deviations: number[]
  /** One weight a column, of the standardised values. */
  weights: number[]
  /** The prediction for the means. */
  intercept: number
}

/**
 * Ridge regression (Hoerl and Kennard 1970) in closed form. On whole-image statistics it is the baseline that a
 * network has to beat.
 *
 * @param rows one row of numbers an image, equally long
 * @param targets one number an image
 * @param options.penalty what a unit of squared weight costs, in units of summed squared error. @default 1
 * @throws Error when rows and targets do not belong together, or the penalty is not above 0
 */
export function fitRidge(
  rows: readonly Numbers[],
  targets: Numbers,
  { penalty = 1 }: { penalty?: number | undefined } = {},
): Ridge {
  return fitRidges(rows, targets, [penalty])[0]!
}

/**
 * {@link fitRidge} for several penalties, for hardly more than the time of one: the sums over the images are the same.
 *
 * @throws Error as {@link fitRidge}
 */
export function fitRidges(rows: readonly Numbers[], targets: Numbers, penalties: readonly number[]): Ridge[] {
  for (const penalty of penalties) {
    if (!(penalty > 0)) throw new Error(`Expected a number above 0 for the penalty of a ridge, received ${penalty}.`)
  }
  const width = rows[0]?.length ?? 0
  for (const row of rows) checkRow(row, width)
  const columns = Array.from({ length: width }, (_, j) => Float64Array.from(rows, (row) => row[j]!))
  for (const column of columns) checkPairs(column, targets)
  const means = columns.map(mean)
  // Not "or 1" alone: rounding gives equal numbers a tiny deviation.
  const deviations = columns.map((column, j) => {
    const found = deviation(column)
    return found > 1e-12 * Math.abs(means[j]!) ? found : 1
  })
  const intercept = mean(targets)

  const standard = columns.map((column, j) => column.map((value) => (value - means[j]!) / deviations[j]!))
  const centred = Float64Array.from(targets, (target) => target - intercept)
  const products = new Float64Array(width * width)
  // The solver reads the lower half.
  for (let i = 0; i < width; i++) {
    for (let j = 0; j <= i; j++) products[i * width + j] = dot(standard[i]!, standard[j]!)
  }
  const right = Float64Array.from(standard, (column) => dot(column, centred))
  return penalties.map((penalty) => {
    const matrix = Float64Array.from(products)
    for (let i = 0; i < width; i++) matrix[i * width + i]! += penalty
    // Positive definite through the penalty, whatever the columns.
    return { means, deviations, weights: [...solveSymmetric(matrix, right)!], intercept }
  })
}

/**
 * The prediction for one row.
 * @throws Error when the row is not as long as those that were fitted
 */
export function predictRidge({ means, deviations, weights, intercept }: Ridge, row: Numbers): number {
  checkRow(row, weights.length)
  return weights.reduce((sum, weight, j) => sum + (weight * (row[j]! - means[j]!)) / deviations[j]!, intercept)
}

function checkRow(row: Numbers, width: number): void {
  if (row.length !== width) throw new Error(`Expected ${width} numbers in each row of a ridge, received ${row.length}.`)
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!
  return sum
}
