import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { BatchedEngine } from '../../src/engine/batched.js'
import type { Engine, EngineName, Refusal, Tiles } from '../../src/engine/engine.js'
import { FallBackEngine } from '../../src/engine/fall-back.js'

const tiles = (value: number): Tiles => ({ data: Float32Array.of(value), count: 1, height: 1, width: 1 })

/** Gives back what it is given. Fails from a number on. */
class FakeEngine implements Engine {
  readonly seen: number[] = []
  disposed = false

  constructor(
    readonly name: EngineName,
    readonly device: string,
    readonly failsFrom = Number.POSITIVE_INFINITY,
  ) {}

  async run({ data }: Tiles) {
    this.seen.push(data[0]!)
    await new Promise((resolve) => setImmediate(resolve))
    if (data[0]! >= this.failsFrom) throw new Error('The device was lost.')
    return { pooled: Float32Array.from(data) }
  }

  async dispose() {
    this.disposed = true
  }
}

const warnings: unknown[][] = []
beforeEach(() => {
  warnings.length = 0
  vi.spyOn(process, 'emitWarning').mockImplementation((...args: unknown[]) => void warnings.push(args))
})
afterEach(() => vi.restoreAllMocks())

function open(failsFrom?: number) {
  const refused: Refusal[] = []
  const [first, second] = [new FakeEngine('onnx', 'cuda', failsFrom), new FakeEngine('wasm', 'cpu')]
  return { first, second, refused, engine: new FallBackEngine(first, second, refused) }
}

test('an engine that works is all there is', async () => {
  const { engine, second, refused } = open()
  expect((await engine.run(tiles(7))).pooled).toEqual(Float32Array.of(7))
  expect([engine.name, engine.device]).toEqual(['onnx', 'cuda'])
  expect([second.seen, refused, warnings]).toEqual([[], [], []])
})

test('when it fails the other goes on: each image once, and one warning', async () => {
  const { engine, first, second, refused } = open(3)
  const before = await Promise.all([1, 2].map((value) => engine.run(tiles(value))))
  const during = await Promise.all([3, 4, 5].map((value) => engine.run(tiles(value))))
  const after = await engine.run(tiles(1))
  expect([...before, ...during, after].map(({ pooled }) => pooled[0])).toEqual([1, 2, 3, 4, 5, 1])
  expect(first.seen).toEqual([1, 2, 3, 4, 5])
  expect(second.seen).toEqual([3, 4, 5, 1])
  expect([engine.name, engine.device]).toEqual(['wasm', 'cpu'])
  expect(refused).toEqual([{ name: 'onnx', reason: 'cuda: It failed in the middle of a run (The device was lost).' }])
  expect(warnings).toEqual([
    [
      'Expected the engine onnx to go on but it failed on cuda (The device was lost): wasm does the rest.',
      'DiqaWarning',
    ],
  ])
})

test('two batches are lost with a device: no image is lost or scored twice, with error maps too', async () => {
  const [pooled, errorMaps] = [new Float32Array(128), new Float32Array(1)]
  let [lost, scored] = [false, 0]
  const network = {
    pixelsAtOnce: 2 * 16,
    async run({ count }: Tiles) {
      await new Promise((resolve) => setTimeout(resolve, 5))
      if (lost) throw new Error('The device was lost.')
      scored += count
      return { pooled: new Float32Array(count * 128).fill(-1), errorMaps: new Float32Array(count).fill(-1) }
    },
    async dispose() {},
  }
  const second: Engine & { seen: number[] } = {
    name: 'wasm',
    device: 'cpu',
    seen: [],
    async run({ data }) {
      this.seen.push(data[0]!)
      return { pooled: pooled.slice().fill(data[0]!), errorMaps: errorMaps.slice().fill(data[0]!) }
    },
    async dispose() {},
  }
  const refused: Refusal[] = []
  const engine = new FallBackEngine(new BatchedEngine('onnx', 'cuda', network), second, refused)
  const image = (value: number): Tiles => ({ data: new Float32Array(16).fill(value), count: 1, height: 4, width: 4 })
  const run = (value: number) => engine.run(image(value), { errorMaps: true })
  const before = await Promise.all([1, 2].map(run))
  const during = [3, 4, 5, 6, 7, 8, 9].map(run)
  await new Promise((resolve) => setImmediate(() => setImmediate(resolve)))
  lost = true
  const results = [...before, ...(await Promise.all(during)), await run(10)]
  expect(results.map((features) => features.pooled[0])).toEqual([-1, -1, 3, 4, 5, 6, 7, 8, 9, 10])
  expect(results.map((features) => features.errorMaps![0])).toEqual([-1, -1, 3, 4, 5, 6, 7, 8, 9, 10])
  expect([scored, second.seen.sort((a, b) => a - b)]).toEqual([2, [3, 4, 5, 6, 7, 8, 9, 10]])
  expect([refused.length, warnings.length]).toEqual([1, 1])
})

test('what fails because it was disposed of is no failure of the engine', async () => {
  const { engine, first, second, refused } = open(1)
  const run = engine.run(tiles(1))
  await engine.dispose()
  await expect(run).rejects.toThrow('The device was lost.')
  expect([first.disposed, second.disposed, second.seen, refused, warnings]).toEqual([true, true, [], [], []])
})

test('an engine that was given up need not end well; one that works must', async () => {
  for (const failsFrom of [1, undefined]) {
    const { engine, first, second } = open(failsFrom)
    first.dispose = () => Promise.reject(new Error('The device was lost.'))
    await engine.run(tiles(1))
    const ended = engine.dispose()
    if (failsFrom === undefined) await expect(ended).rejects.toThrow('The device was lost.')
    else await ended
    expect(second.disposed).toBe(true)
  }
})
