import { CONVOLUTIONS } from './architecture.js'
import type { Tensors } from './tensor-file.js'

/** How many times larger outputs are made at most. */
const MOST = 4

/**
 * The same function of the picture, with filters whose outputs stay small made larger, and what reads them smaller by as
 * much, which goes through ReLU. All outputs of a convolution are rounded in the same steps, so what is faint is then
 * rounded less. The weights that read it are rounded more: a filter meets the largest of its layer half way.
 *
 * Source: Nagel et al., "Data-Free Quantization Through Weight Equalization and Bias Correction", ICCV 2019, section 4.1.
 *
 * @param tops for each convolution the largest output of each filter
 * @returns both as they are afterwards; the last convolution's outputs are as they were
 */
export function balance(tensors: Tensors, tops: readonly ArrayLike<number>[]): { tensors: Tensors; tops: number[][] } {
  const balanced = { ...tensors }
  let read: readonly number[] = [1]
  const afterwards = CONVOLUTIONS.map(({ name, inputs, filters }, layer) => {
    const scales = layer === CONVOLUTIONS.length - 1 ? Array<number>(filters).fill(1) : enlargements(tops[layer]!)
    const [kernel, bias] = [tensors[`${name}/kernel`]!, tensors[`${name}/bias`]!]
    const before = read
    balanced[`${name}/kernel`] = kernel.map(
      (weight, i) => (weight * scales[i % filters]!) / before[Math.floor(i / filters) % inputs]!,
    )
    balanced[`${name}/bias`] = bias.map((value, filter) => value * scales[filter]!)
    read = scales
    return scales.map((scale, filter) => tops[layer]![filter]! * scale)
  })
  return { tensors: balanced, tops: afterwards }
}

/** The root of how much larger the largest is. A filter that never says anything stays as it is. */
function enlargements(tops: ArrayLike<number>): number[] {
  const largest = Math.max(...Array.from(tops))
  return Array.from(tops, (top) => (top > 0 ? Math.min(MOST, Math.sqrt(largest / top)) : 1))
}
