/**
 * Maps with so many calls under way at a time, and yields in the inputs' order. Inputs are asked for only when there is
 * room, and there is none while results wait to be taken.
 */
export async function* inOrder<T, R>(
  inputs: Iterable<T> | AsyncIterable<T>,
  most: number,
  map: (input: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = []
  for await (const input of inputs) {
    const result = map(input)
    // Its rejection is met when its turn comes; until then it must not count as unhandled.
    result.catch(() => {})
    underWay.push(result)
    if (underWay.length >= most) yield await underWay.shift()!
  }
  for (const result of underWay) yield await result
}
