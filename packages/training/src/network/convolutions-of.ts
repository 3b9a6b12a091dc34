import type { Tensors } from '@diqa/core/model'

/** Of a network's weights those of f and g, without the heads. */
export function convolutionsOf(weights: Tensors): Tensors {
  return Object.fromEntries(Object.entries(weights).filter(([name]) => /^(conv\d|error)\//.test(name)))
}
