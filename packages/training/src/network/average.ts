import type { Tensors } from '@diqa/core/model'
import { convolutionsOf } from './convolutions-of.js'

/** Weights of a whole network, and how much of the average they are. */
export interface Part {
  weights: Tensors
  /** 0 to 1; those of all parts add up to 1. */
  share: number
}

/**
 * One network of several: f and g are the means of their weights (Izmailov and others, UAI 2018; Wortsman and others, ICML
 * 2022), and their heads stand side by side, so that what is said is the mean of what each says. Heads that learned anew have
 * hidden units that do not match, and no mean.
 *
 * @param parts at least one; of one standard, and one trained on from the other, or their f have no mean either
 * @param heads whether those of one went on from the other's: then they have a mean, too
 */
export function averageNetworks(parts: readonly Part[], heads: 'new' | 'kept' = 'new'): Tensors {
  const [{ weights: first }] = parts as [Part]
  if (heads === 'kept') return Object.fromEntries(Object.keys(first).map((name) => [name, meanOf(parts, name)]))
  return {
    ...Object.fromEntries(Object.keys(convolutionsOf(first)).map((name) => [name, meanOf(parts, name)])),
    'hidden/kernel': beside(parts, 'hidden/kernel'),
    'hidden/bias': Float32Array.from(parts.flatMap(({ weights }) => [...weights['hidden/bias']!])),
    'quality/kernel': stacked(parts, 'quality/kernel'),
    'quality/bias': meanOf(parts, 'quality/bias'),
    'fault/kernel': stacked(parts, 'fault/kernel'),
    'fault/bias': meanOf(parts, 'fault/bias'),
  }
}

function meanOf(parts: readonly Part[], name: string): Float32Array {
  const sum = new Float64Array(parts[0]!.weights[name]!.length)
  for (const { weights, share } of parts) {
    for (const [i, value] of weights[name]!.entries()) sum[i]! += share * value
  }
  return Float32Array.from(sum)
}

/** Columns of one after those of the other: shape `[inputs, all units]`. */
function beside(parts: readonly Part[], name: string): Float32Array {
  const kernels = parts.map(({ weights }) => ({ values: weights[name]!, width: weights['hidden/bias']!.length }))
  const rows = kernels[0]!.values.length / kernels[0]!.width
  const columns = (row: number) =>
    kernels.flatMap(({ values, width }) => [...values.subarray(row * width, (row + 1) * width)])
  return Float32Array.from(Array.from({ length: rows }, (_, row) => columns(row)).flat())
}

/** Rows of one after those of the other, shape `[all units, outputs]`, each by its share. */
function stacked(parts: readonly Part[], name: string): Float32Array {
  return Float32Array.from(parts.flatMap(({ weights, share }) => [...weights[name]!].map((value) => share * value)))
}
