import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { writeModel } from '../../src/commands/write-model.js'
import { largestOutputs } from '../../src/quantise/largest-outputs.js'
import { quantiseModel } from '../../src/quantise/quantise-model.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork, picture, storeOf, temporary } from '../tiny.js'

const network = livelyNetwork(tf, 3)

async function modelAt(folder: string): Promise<void> {
  const calibration = { x: [0, 100], y: [0, 100] }
  const weights = await network.weights()
  writeModel(folder, { id: 'whole', weights, standard: network.standard, calibration, training: {} })
}

test('int8.bin and what it was made from are in the folder and its card, and replace what was there', async () => {
  const [folder, model] = [await temporary(), await temporary()]
  const store = await storeOf(
    folder,
    [1, 2, 3].map((seed) => ({ pixels: picture(48, 48, seed) })),
  )
  await modelAt(model)
  const float = readFileSync(join(model, 'weights.bin'))
  const first = quantiseModel(tf, model, [store], 1)
  // It has three.
  const second = quantiseModel(tf, model, [store], 100)
  expect(second.int8!.data).toEqual([{ name: 'tiny', sha256: store.header.digest, images: 3 }])
  expect(second.int8!.sha256).not.toBe(first.int8!.sha256)
  const { card, integers } = loadModel(model)
  expect(card).toEqual(JSON.parse(JSON.stringify(second)))
  expect(integers!.convolutions).toHaveLength(8)
  expect(Buffer.compare(readFileSync(join(model, 'weights.bin')), float)).toBe(0)
})

test('a set without a train split would say that nothing becomes large', async () => {
  const [folder, model] = [await temporary(), await temporary()]
  const store = await storeOf(folder, [{ pixels: picture(48, 48, 1), split: 'test' }])
  await modelAt(model)
  expect(() => quantiseModel(tf, model, [store], 9)).toThrow(
    `Expected images in the train split of ${folder} for the int8 weights but found none.`,
  )
  expect(loadModel(model).card).not.toHaveProperty('int8')
})

test('the largest outputs of each filter are those of all tiles together', async () => {
  const tile = (level: number) => ({ levels: new Int8Array(256).fill(level), count: 1, height: 16, width: 16 })
  const weights = await network.weights()
  const of = (...levels: number[]) => largestOutputs(tf, weights, levels.map(tile))
  const [low, high, both] = [of(3), of(-90), of(3, -90)]
  expect(both).toEqual(low.map((values, i) => values.map((value, filter) => Math.max(value, high[i]![filter]!))))
  expect(both.map(({ length }) => length)).toEqual([48, 48, 64, 64, 64, 64, 128, 128])
  expect(both.every((values) => Math.max(...values) > 0)).toBe(true)
})
