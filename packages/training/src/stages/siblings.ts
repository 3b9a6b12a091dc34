import type { Store } from '../store/store.js'

/** Pictures of one group: an undistorted one and versions of it, or versions alone. */
export const SIBLINGS = 4

/**
 * Pictures of a set by their undistorted picture, itself the first where it has a truth to train on.
 *
 * @param images indices of pictures to train on
 * @returns undefined where some picture neither has a reference nor is one
 */
export function siblings(store: Store, images: readonly number[]): Map<number, number[]> | undefined {
  const groups = new Map<number, number[]>()
  for (const i of images) {
    const reference = store.images[i]!.reference
    if (reference === undefined) groups.set(i, [i])
  }
  for (const i of images) {
    const reference = store.images[i]!.reference
    if (reference === undefined) continue
    groups.get(reference)?.push(i) ?? groups.set(reference, [i])
  }
  return [...groups.values()].every(({ length }) => length >= SIBLINGS) ? groups : undefined
}
