import { setTimeout as sleep, setImmediate as turn } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { inOrder } from '../src/in-order.js'

/** A task for each input that ends when told. */
function tasks() {
  const ends = new Map<number, { resolve: (value: string) => void; reject: (error: Error) => void }>()
  const map = (input: number) => new Promise<string>((resolve, reject) => ends.set(input, { resolve, reject }))
  return { map, ends, started: () => [...ends.keys()] }
}

const collect = async <T>(items: AsyncIterable<T>): Promise<T[]> => {
  const all: T[] = []
  for await (const item of items) all.push(item)
  return all
}

test('results keep the inputs’ order, however long each takes', async () => {
  const inputs = [30, 1, 20, 5, 0, 12]
  const results = inOrder(inputs, 3, async (ms) => {
    await sleep(ms)
    return ms
  })
  expect(await collect(results)).toEqual(inputs)
})

test('takes iterables of either kind, and none at all', async () => {
  async function* later() {
    yield 1
    yield 2
  }
  const double = async (n: number) => 2 * n
  expect(await collect(inOrder(later(), 4, double))).toEqual([2, 4])
  expect(await collect(inOrder(new Set([3]), 1, double))).toEqual([6])
  expect(await collect(inOrder([], 4, double))).toEqual([])
})

test('so many are under way at a time, and no more', async () => {
  let [now, most] = [0, 0]
  const results = inOrder(Array(20).keys(), 4, async () => {
    most = Math.max(most, ++now)
    await sleep(1)
    now--
  })
  await collect(results)
  expect(most).toBe(4)
})

describe('back-pressure', () => {
  test('nothing starts before the first result is asked for', async () => {
    const { map, started } = tasks()
    inOrder([1, 2], 2, map)
    await turn()
    expect(started()).toEqual([])
  })

  test('no more inputs are asked for while a result waits to be taken', async () => {
    const { map, ends, started } = tasks()
    const results = inOrder(Array(100).keys(), 3, map)
    const first = results.next()
    await turn()
    expect(started()).toEqual([0, 1, 2])
    for (const end of ends.values()) end.resolve('done')
    await first
    await turn()
    expect(started()).toEqual([0, 1, 2])
    await results.next()
    expect(started()).toEqual([0, 1, 2, 3])
    for (const end of ends.values()) end.resolve('done')
    await results.return()
  })
})

describe('rejection', () => {
  test('comes in its turn, and ends the inputs', async () => {
    const { map, ends } = tasks()
    let ended = false
    function* inputs() {
      try {
        yield* [0, 1, 2, 3]
      } finally {
        ended = true
      }
    }
    const results = inOrder(inputs(), 2, map)
    const first = results.next()
    await turn()
    ends.get(1)!.reject(new Error('no'))
    // Nobody has asked for the second yet: that must not count as an unhandled rejection.
    await turn()
    ends.get(0)!.resolve('yes')
    expect(await first).toEqual({ value: 'yes', done: false })
    await expect(results.next()).rejects.toThrow(new Error('no'))
    expect(ended).toBe(true)
    expect(await results.next()).toEqual({ value: undefined, done: true })
  })

  test('of the inputs comes in its turn too, behind what is under way', async () => {
    async function* inputs() {
      yield* [1, 2]
      throw new Error('no more')
    }
    for (const most of [1, 3, 4]) {
      const taken: number[] = []
      const taking = (async () => {
        for await (const n of inOrder(inputs(), most, async (n) => n)) taken.push(n)
      })()
      await expect(taking).rejects.toThrow(new Error('no more'))
      expect(taken).toEqual([1, 2])
    }
  })
})

test('an early end ends the inputs too, of an endless list', async () => {
  let [asked, ended] = [0, false]
  async function* endless() {
    try {
      for (;;) yield asked++
    } finally {
      ended = true
    }
  }
  for await (const n of inOrder(endless(), 3, async (n) => n)) if (n === 5) break
  expect(ended).toBe(true)
  expect(asked).toBeLessThanOrEqual(9)
})
