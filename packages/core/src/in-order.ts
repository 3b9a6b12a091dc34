/**
 * Maps with so many calls under way at a time, and yields in the inputs' order. Inputs are asked for only when there is
 * room, and there is none while results wait to be taken. Where asking for one fails, that comes in its turn too.
 */
export async function* inOrder<T, R>(
  inputs: Iterable<T> | AsyncIterable<T>,
  most: number,
  map: (input: T) => Promise<R>,
): AsyncGenerator<R, void, undefined> {
  const underWay: Promise<R>[] = []
  for await (const next of untilFailure(inputs)) {
    const result = 'input' in next ? map(next.input) : Promise.reject(next.error)
    // Its rejection is met when its turn comes; until then it must not count as unhandled.
    result.catch(() => {})
    underWay.push(result)
    if (underWay.length >= most) yield await underWay.shift()!
  }
  for (const result of underWay) yield await result
}

/** The inputs, and behind them why there are no more. */
async function* untilFailure<T>(
  inputs: Iterable<T> | AsyncIterable<T>,
): AsyncGenerator<{ input: T } | { error: unknown }, void, undefined> {
  try {
    for await (const input of inputs) yield { input }
  } catch (error) {
    yield { error }
  }
}
