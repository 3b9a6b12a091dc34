import { describe, expect, test } from 'vitest'
import { BatchedEngine } from '../../src/engine/batched.js'
import type { Tiles } from '../../src/engine/engine.js'
import type { Network } from '../../src/engine/network.js'

const FEATURES = 128

/** Says of every tile, in all features and cells, its first number. Runs when it is told to. */
class FakeNetwork implements Network {
  readonly batches: number[] = []
  readonly releases: (() => void)[] = []
  disposed = 0
  fails: string | undefined

  constructor(readonly pixelsAtOnce: number) {}

  async run({ data, count, height, width }: Tiles, errorMaps: boolean) {
    this.batches.push(count)
    await new Promise<void>((resolve) => this.releases.push(resolve))
    if (this.fails) throw new Error(this.fails)
    const first = (tile: number) => data[tile * height * width]!
    const pooled = Float32Array.from({ length: count * FEATURES }, (_, i) => first(Math.floor(i / FEATURES)))
    const cells = (height * width) / 16
    const maps = Float32Array.from({ length: count * cells }, (_, i) => -first(Math.floor(i / cells)))
    return errorMaps ? { pooled, errorMaps: maps } : { pooled }
  }

  async dispose() {
    this.disposed++
  }
}

const tilesOf = (values: number[], side = 8): Tiles => ({
  data: Float32Array.from({ length: values.length * side * side }, (_, i) => values[Math.floor(i / side ** 2)]!),
  count: values.length,
  height: side,
  width: side,
})

function open(pixelsAtOnce = 1024) {
  const network = new FakeNetwork(pixelsAtOnce)
  const engine = new BatchedEngine('onnx', 'cpu', network)
  /** The engine lets one go by before it begins, and we another. */
  const moment = async () => {
    for (let i = 0; i < 2; i++) await new Promise((resolve) => setImmediate(resolve))
  }
  /** Lets batch after batch run to its end. */
  const runAll = async () => {
    for (await moment(); network.releases.length > 0; await moment()) network.releases.shift()!()
  }
  return { network, engine, moment, runAll }
}

const pooledValues = ({ pooled }: { pooled: Float32Array }) =>
  Array.from({ length: pooled.length / FEATURES }, (_, i) => [
    ...new Set(pooled.subarray(i * FEATURES, (i + 1) * FEATURES)),
  ])

test('what arrives while a batch is running goes together, and each gets its own back', async () => {
  const { network, engine, moment, runAll } = open()
  const first = engine.run(tilesOf([1]))
  await moment()
  const others = [engine.run(tilesOf([2, 3])), engine.run(tilesOf([4])), engine.run(tilesOf([5, 6, 7]))]
  await runAll()
  expect(network.batches).toEqual([1, 6])
  expect(pooledValues(await first)).toEqual([[1]])
  expect((await Promise.all(others)).map(pooledValues)).toEqual([[[2], [3]], [[4]], [[5], [6], [7]]])
})

test('those that are ready in the same moment go together at once', async () => {
  const { network, engine, runAll } = open()
  const all = [engine.run(tilesOf([1])), engine.run(tilesOf([2]))]
  await runAll()
  expect(network.batches).toEqual([2])
  expect((await Promise.all(all)).map(pooledValues)).toEqual([[[1]], [[2]]])
})

test('no batch is larger than the network takes, and none is split that need not be', async () => {
  const { network, engine, runAll } = open(4 * 64)
  const all = [[1, 2, 3], [4, 5], [6], [7, 8, 9]].map((values) => engine.run(tilesOf(values)))
  await runAll()
  // The sixth still fits beside the first three; order is kept among the rest.
  expect(network.batches).toEqual([4, 2, 3])
  expect((await Promise.all(all)).map((features) => pooledValues(features).flat())).toEqual([
    [1, 2, 3],
    [4, 5],
    [6],
    [7, 8, 9],
  ])
})

test('a full batch goes along with the one that is running, and no third', async () => {
  const { network, engine, moment, runAll } = open(4 * 64)
  const run = (values: number[]) => engine.run(tilesOf(values), { errorMaps: true })
  const all = [run([1, 2]), run([3, 4])]
  await moment()
  all.push(run([5, 6]), run([7]))
  await moment()
  expect(network.batches).toEqual([4])
  all.push(run([8]), run([9, 10, 11, 12]))
  await moment()
  expect(network.batches).toEqual([4, 4])
  // The second may be the first to end; what was put together for the other is still its own.
  network.releases.splice(1, 1)[0]!()
  await moment()
  expect(network.batches).toEqual([4, 4, 4])
  await runAll()
  const results = await Promise.all(all)
  const values = [[1, 2], [3, 4], [5, 6], [7], [8], [9, 10, 11, 12]]
  expect(results.map((features) => pooledValues(features).flat())).toEqual(values)
  expect(results.map(({ errorMaps }) => [...new Set(errorMaps)])).toEqual(values.map((own) => own.map((n) => -n)))
})

test('a batch that is not full waits for the one that is running', async () => {
  const { network, engine, moment, runAll } = open(4 * 64)
  const all = [engine.run(tilesOf([1, 2, 3, 4]))]
  await moment()
  all.push(engine.run(tilesOf([5, 6, 7])))
  await moment()
  expect(network.batches).toEqual([4])
  // What does not fit beside them fills them up.
  all.push(engine.run(tilesOf([8, 9])))
  await moment()
  expect(network.batches).toEqual([4, 3])
  await runAll()
  expect((await Promise.all(all)).map((features) => pooledValues(features).flat())).toEqual([
    [1, 2, 3, 4],
    [5, 6, 7],
    [8, 9],
  ])
})

test('an image of more tiles than fit is run in parts', async () => {
  const { network, engine, runAll } = open(2 * 64)
  const run = engine.run(tilesOf([1, 2, 3, 4, 5]), { errorMaps: true })
  await runAll()
  expect(network.batches).toEqual([2, 2, 1])
  const { pooled, errorMaps } = await run
  expect(pooledValues({ pooled }).flat()).toEqual([1, 2, 3, 4, 5])
  expect([...errorMaps!]).toEqual([1, 2, 3, 4, 5].flatMap((value) => Array(4).fill(-value)))
})

test('a tile that is larger than a batch is run all the same', async () => {
  const { network, engine, runAll } = open(16)
  const run = engine.run(tilesOf([1, 2]))
  await runAll()
  expect(network.batches).toEqual([1, 1])
  expect(pooledValues(await run)).toEqual([[1], [2]])
})

test('tiles of other sizes, and those with error maps, go apart', async () => {
  const { network, engine, runAll } = open()
  const all = [
    engine.run(tilesOf([1])),
    engine.run(tilesOf([2], 12)),
    engine.run(tilesOf([3]), { errorMaps: true }),
    engine.run(tilesOf([4])),
  ]
  await runAll()
  expect(network.batches).toEqual([2, 1, 1])
  const results = await Promise.all(all)
  expect(results.map((features) => pooledValues(features).flat())).toEqual([[1], [2], [3], [4]])
  expect(results.map(({ errorMaps }) => errorMaps && [...errorMaps])).toEqual([
    undefined,
    undefined,
    [-3, -3, -3, -3],
    undefined,
  ])
})

test('the callers’ numbers are left as they are', async () => {
  const { engine, runAll } = open()
  const tiles = [tilesOf([1]), tilesOf([2])]
  const all = Promise.all(tiles.map((tile) => engine.run(tile)))
  await runAll()
  await all
  expect(tiles.map(({ data }) => data[0])).toEqual([1, 2])
})

test('a batch that fails fails for all in it, and for nobody else', async () => {
  const { network, engine, moment, runAll } = open()
  network.fails = 'The GPU is lost.'
  const [one, two] = [engine.run(tilesOf([1])), engine.run(tilesOf([2]))]
  const settled = Promise.allSettled([one, two])
  await moment()
  const three = engine.run(tilesOf([3]))
  network.releases.shift()!()
  for (const { reason } of (await settled) as PromiseRejectedResult[]) expect(reason.message).toBe('The GPU is lost.')
  network.fails = undefined
  await runAll()
  expect(pooledValues(await three)).toEqual([[3]])
})

test('of two batches under way one fails, and the other does not', async () => {
  const { network, engine, moment, runAll } = open(2 * 64)
  const [first, second] = [
    [engine.run(tilesOf([1])), engine.run(tilesOf([2]))],
    [engine.run(tilesOf([3])), engine.run(tilesOf([4]))],
  ].map((batch) => Promise.allSettled(batch))
  await moment()
  expect(network.batches).toEqual([2, 2])
  network.fails = 'The GPU is lost.'
  network.releases.shift()!()
  const failed = (await first) as PromiseRejectedResult[]
  expect(failed.map(({ reason }) => reason.message)).toEqual(['The GPU is lost.', 'The GPU is lost.'])
  network.fails = undefined
  await runAll()
  const ended = (await second) as PromiseFulfilledResult<{ pooled: Float32Array }>[]
  expect(ended.map(({ value }) => pooledValues(value))).toEqual([[[3]], [[4]]])
})

describe('dispose', () => {
  test('lets both batches end that are under way', async () => {
    const { network, engine, moment, runAll } = open(64)
    const running = [engine.run(tilesOf([1])), engine.run(tilesOf([2]))]
    await moment()
    const waiting = engine.run(tilesOf([3])).catch((error) => error.message)
    const disposed = engine.dispose()
    expect(await waiting).toBe('Expected an open scorer but it was disposed.')
    network.releases.pop()!()
    await moment()
    expect([network.batches, network.disposed]).toEqual([[1, 1], 0])
    await runAll()
    expect((await Promise.all(running)).map(pooledValues)).toEqual([[[1]], [[2]]])
    await disposed
    expect(network.disposed).toBe(1)
  })

  test('ends what has not begun', async () => {
    const { network, engine, moment } = open()
    const run = engine.run(tilesOf([1])).catch((error) => error.message)
    await engine.dispose()
    await moment()
    expect(await run).toBe('Expected an open scorer but it was disposed.')
    expect([network.batches, network.disposed]).toEqual([[], 1])
  })

  test('lets the running batch end, refuses what waits and what comes, and can come twice', async () => {
    const { network, engine, moment } = open()
    const running = engine.run(tilesOf([1]))
    await moment()
    const waiting = engine.run(tilesOf([2])).catch((error) => error.message)
    const disposed = Promise.all([engine.dispose(), engine.dispose()])
    expect(await waiting).toBe('Expected an open scorer but it was disposed.')
    await expect(engine.run(tilesOf([3]))).rejects.toThrow('Expected an open scorer but it was disposed.')
    expect(network.disposed).toBe(0)
    network.releases.shift()!()
    expect(pooledValues(await running)).toEqual([[1]])
    await disposed
    expect(network.disposed).toBe(1)
  })
})
