import { availableParallelism } from 'node:os'

/** Maps in order, with as many at a time as there are processors. */
export async function inParallel<T, R>(items: readonly T[], make: (item: T) => Promise<R>): Promise<R[]> {
  const results = new Array<R>(items.length)
  let next = 0
  const lane = async () => {
    while (next < items.length) {
      const i = next++
      results[i] = await make(items[i]!)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, lane))
  return results
}
