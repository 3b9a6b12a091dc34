import { solveSymmetric } from './linear-system.js'

/** A curve with parameters: its value at x, and into `gradient` its derivative by each parameter. */
export type Curve = (x: number, parameters: Float64Array, gradient: Float64Array) => number

/**
 * Fits a curve to points by Levenberg and Marquardt's method, with Marquardt's scaling of the damping.
 *
 * @param start parameters to begin with; the nearest minimum is found, not the lowest
 * @returns the parameters and the sum of the squared errors, which is Infinity where nothing finite was found
 */
export function leastSquares(
  curve: Curve,
  xs: Float64Array,
  ys: Float64Array,
  start: readonly number[],
): { parameters: Float64Array; error: number } {
  const n = start.length
  let parameters = Float64Array.from(start)
  let system = linearise(curve, xs, ys, parameters)
  let damping = 1e-3
  for (let iteration = 0; iteration < 200 && damping < 1e12; iteration++) {
    const damped = Float64Array.from(system.matrix)
    for (let i = 0; i < n; i++) damped[i * n + i] = damped[i * n + i]! * (1 + damping) + 1e-12
    const step = solveSymmetric(damped, system.right)
    const next = step && parameters.map((value, i) => value + step[i]!)
    const trial = next && linearise(curve, xs, ys, next)
    if (next && trial && trial.error < system.error) {
      const gain = (system.error - trial.error) / system.error
      parameters = next
      system = trial
      damping = Math.max(1e-12, damping / 10)
      // Near a minimum each step is far smaller than the one before it: what is left is not worth another.
      if (gain < 1e-7) break
    } else {
      damping *= 10
    }
  }
  return { parameters, error: Number.isFinite(system.error) ? system.error : Number.POSITIVE_INFINITY }
}

/** The lower half of the normal equations, and the sum of the squared errors. */
function linearise(curve: Curve, xs: Float64Array, ys: Float64Array, parameters: Float64Array) {
  const n = parameters.length
  const matrix = new Float64Array(n * n)
  const right = new Float64Array(n)
  const gradient = new Float64Array(n)
  let error = 0
  for (let k = 0; k < xs.length; k++) {
    const difference = ys[k]! - curve(xs[k]!, parameters, gradient)
    error += difference * difference
    for (let i = 0; i < n; i++) {
      right[i]! += gradient[i]! * difference
      for (let j = 0; j <= i; j++) matrix[i * n + j]! += gradient[i]! * gradient[j]!
    }
  }
  return { matrix, right, error }
}
