import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { createScorer, UsageError } from '../src/index.js'
import { type IntegerNetwork, packIntegers, unpackIntegers } from '../src/model/integer-network.js'
import { packTensors } from '../src/model/tensor-file.js'
import { loadModel } from '../src/model/weights.js'
import { temporaryFolder } from './support/files.js'
import { randomIntegers } from './support/integer-network.js'
import { randomTensors, writeModel } from './support/model.js'

const integers = randomIntegers()

test('what was packed comes out again', () => {
  expect(unpackIntegers(packIntegers(integers))).toEqual(integers)
})

/** The first, `conv1`, or another convolution of a network that is otherwise whole, changed. */
function changed(change: (network: IntegerNetwork) => void): Uint8Array {
  const copy = structuredClone(integers)
  change(copy)
  return packIntegers(copy)
}

test.each<[string, Uint8Array, string]>([
  [
    'an array that is missing',
    packTensors({ units: integers.units }),
    'Expected 432 numbers of Int8Array for "conv1/kernel" but found none.',
  ],
  [
    'one that is too short',
    changed(({ convolutions }) => {
      convolutions[2]!.bias = new Int32Array(63)
    }),
    'Expected 64 numbers of Int32Array for "conv3/bias" but found 63 of Int32Array.',
  ],
  [
    'one of another kind',
    changed(({ convolutions }) => {
      convolutions[0]!.kernel = new Int16Array(432) as never
    }),
    'Expected 432 numbers of Int8Array for "conv1/kernel" but found 432 of Int16Array.',
  ],
  [
    'a shift that is out of range',
    changed(({ convolutions }) => {
      convolutions[7]!.shift = 0
    }),
    'Expected 1 to 16 for "conv8/shift" but found 0.',
  ],
  [
    'a multiplier below 0',
    changed(({ convolutions }) => {
      convolutions[1]!.multiplier[5] = -3
    }),
    'Expected nothing below 0 for "conv2/multiplier" but found -3.',
  ],
  [
    'sums that are too large',
    changed(({ convolutions }) => {
      convolutions[7]!.kernel.fill(127)
      convolutions[7]!.bias.fill(0)
    }),
    'Expected sums below 33554432 for "conv8" but they can reach 70226176.',
  ],
])('%s is refused', (_name, bytes, message) => {
  expect(() => unpackIntegers(bytes)).toThrow(new Error(message))
})

test('a model folder with damaged whole numbers is refused', async () => {
  const folder = await temporaryFolder()
  await writeModel(folder, randomTensors())
  const file = join(folder, 'int8.bin')
  const whole = loadModel(folder).card.int8!.sha256
  const bytes = await readFile(file)
  bytes[bytes.length - 1000]! ^= 1
  await writeFile(file, bytes)
  expect(() => loadModel(folder)).toThrow(`Expected weights with SHA-256 ${whole} at ${file} but found `)
  await rm(file)
  expect(() => loadModel(folder)).toThrow(
    new UsageError(`Expected weights at ${file} but could not read it (ENOENT): install the package again.`),
  )
})

test('a model without whole numbers is read, but the engine "wasm" cannot run it', async () => {
  const folder = await temporaryFolder()
  await writeModel(folder, randomTensors(), (card) => {
    delete card.int8
  })
  expect(loadModel(folder)).not.toHaveProperty('integers')
  const error = await createScorer({ model: folder, engine: 'wasm' }).catch((error) => error)
  expect(error).toBeInstanceOf(UsageError)
  expect(error.message).toBe('Expected int8 weights in the model "test" but there are none: run "diqa-train quantise".')
})
