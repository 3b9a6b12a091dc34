import { type Curve, leastSquares } from './least-squares.js'
import { checkPairs, deviation, mean, type Numbers } from './pairs.js'

/** A map from predictions to the scale of opinions. */
export interface Logistic {
  /** Which curve was taken: the 5- or the 4-parameter logistic, or a straight line. */
  kind: 'five' | 'four' | 'line'
  /** Prediction to opinion. */
  map: (prediction: number) => number
}

// b1 (1/2 - 1 / (1 + exp(b2 (x - b3)))) + b4 x + b5
const five: Curve = (x, b, gradient) => {
  const s = 1 / (1 + Math.exp(-b[1]! * (x - b[2]!)))
  const slope = b[0]! * s * (1 - s)
  gradient[0] = s - 0.5
  gradient[1] = slope * (x - b[2]!)
  gradient[2] = -slope * b[1]!
  gradient[3] = x
  gradient[4] = 1
  return b[0]! * (s - 0.5) + b[3]! * x + b[4]!
}

// b2 + (b1 - b2) / (1 + exp(-b4 (x - b3))): VQEG's, with the inverse of its width
const four: Curve = (x, b, gradient) => {
  const s = 1 / (1 + Math.exp(-b[3]! * (x - b[2]!)))
  const slope = (b[0]! - b[1]!) * s * (1 - s)
  gradient[0] = s
  gradient[1] = 1 - s
  gradient[2] = -slope * b[3]!
  gradient[3] = slope * (x - b[2]!)
  return b[1]! + (b[0]! - b[1]!) * s
}

/**
 * The monotone curve through predictions and opinions that studies of quality metrics apply before PLCC and RMSE: the
 * 5-parameter logistic of Sheikh, Sabir and Bovik (IEEE TIP 2006). Where that one turns back within the data (it
 * would mend a wrong order, which no metric should be credited with), or the images are too few, it is the
 * 4-parameter one of VQEG (2000), and then a line.
 *
 * @throws Error when the two are not equally many finite numbers, at least two
 */
export function fitLogistic(predictions: Numbers, opinions: Numbers): Logistic {
  checkPairs(predictions, opinions)
  // In standard units all parameters are near 1, whatever the scales.
  const [centerX, widthX] = [mean(predictions), deviation(predictions) || 1]
  const [centerY, widthY] = [mean(opinions), deviation(opinions) || 1]
  const xs = Float64Array.from(predictions, (x) => (x - centerX) / widthX)
  const ys = Float64Array.from(opinions, (y) => (y - centerY) / widthY)
  const slope = xs.reduce((sum, x, i) => sum + x * ys[i]!, 0) / xs.length
  const sign = slope < 0 ? -1 : 1

  const found = (kind: Logistic['kind'], standard: (x: number) => number): Logistic => ({
    kind,
    map: (prediction) => centerY + widthY * standard((prediction - centerX) / widthX),
  })
  // A minimum that is near in the wrong place: several starts, the best of them.
  const best = (curve: Curve, starts: number[][]): ((x: number) => number) => {
    const fits = starts.map((start) => leastSquares(curve, xs, ys, start))
    const { parameters } = fits.reduce((a, b) => (b.error < a.error ? b : a))
    const gradient = new Float64Array(parameters.length)
    return (x) => curve(x, parameters, gradient)
  }
  if (xs.length > 5) {
    const starts = [0.5, 1, 3].map((steepness) => [3 * sign, steepness, 0, 0, 0])
    const curve = best(five, [...starts, [sign, 1, 0, slope / 2, 0]])
    if (isMonotone(curve, xs)) return found('five', curve)
  }
  if (xs.length > 4) {
    const curve = best(
      four,
      [0.5, 1, 3].map((steepness) => [1.5 * sign, -1.5 * sign, 0, steepness]),
    )
    if (isMonotone(curve, xs)) return found('four', curve)
  }
  return found('line', (x) => slope * x)
}

function isMonotone(curve: (x: number) => number, xs: Float64Array): boolean {
  const values = Float64Array.from(xs).sort().map(curve)
  let [rises, falls] = [false, false]
  for (let i = 1; i < values.length; i++) {
    if (!Number.isFinite(values[i])) return false
    // Standard units: less than this is rounding.
    if (values[i]! > values[i - 1]! + 1e-9) rises = true
    if (values[i]! < values[i - 1]! - 1e-9) falls = true
  }
  return !(rises && falls)
}
