import type { Variable } from '@tensorflow/tfjs-core'

/** Trainable weights by the name that checkpoints know them by. */
export type NamedVariables = Readonly<Record<string, Variable>>

/** What has to be kept to go on exactly where a run stopped: flat arrays by name. */
export type NamedArrays = Record<string, Float32Array>

/**
 * The array called `name`, checked.
 * @throws Error when it is missing or not of `length`
 */
export function takeArray(state: Readonly<NamedArrays>, name: string, length: number): Float32Array {
  const array = state[name]
  if (array?.length === length) return array
  const received = array === undefined ? 'none' : String(array.length)
  throw new Error(`Expected ${length} numbers for "${name}" in the saved state, received ${received}.`)
}

/** Copies of the variables' values: `data` may hand out the memory that the next assignment writes to. */
export async function readArrays(variables: NamedVariables): Promise<NamedArrays> {
  const read = async ([name, variable]: [string, Variable]) => [name, Float32Array.from(await variable.data())] as const
  return Object.fromEntries(await Promise.all(Object.entries(variables).map(read)))
}
