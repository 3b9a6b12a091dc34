/**
 * Solves A x = b for a symmetric, positive definite A, by Cholesky's decomposition.
 *
 * @param matrix A, n x n, row by row; only its lower half is read; unchanged
 * @param right b, n
 * @returns x, or nothing when A is not positive definite
 */
export function solveSymmetric(matrix: Float64Array, right: Float64Array): Float64Array | undefined {
  const n = right.length
  const lower = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = matrix[i * n + j]!
      for (let k = 0; k < j; k++) sum -= lower[i * n + k]! * lower[j * n + k]!
      if (i !== j) {
        lower[i * n + j] = sum / lower[j * n + j]!
      } else {
        if (!(sum > 0)) return undefined
        lower[i * n + i] = Math.sqrt(sum)
      }
    }
  }
  const x = Float64Array.from(right)
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) x[i]! -= lower[i * n + k]! * x[k]!
    x[i]! /= lower[i * n + i]!
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) x[i]! -= lower[k * n + i]! * x[k]!
    x[i]! /= lower[i * n + i]!
  }
  return x
}
