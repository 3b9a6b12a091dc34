import { expect, test } from 'vitest'
import { packTensors, unpackNumbers, unpackTensors } from '../src/model/tensor-file.js'

const tensors = { 'a/kernel': Float32Array.of(1, -2.5, 3e-8), b: new Float32Array(), 'c–d': Float32Array.of(0.1) }
const facts = { epoch: 3, who: 'Ä' }

test('what was packed comes out again', () => {
  expect(unpackTensors(packTensors(tensors, facts))).toEqual({ tensors, facts })
  expect(unpackTensors(packTensors({}))).toEqual({ tensors: {}, facts: {} })
})

test('whole numbers keep their kind, and lie on multiples of 4', () => {
  const numbers = {
    a: Int8Array.of(-128, 0, 127),
    b: Int16Array.of(-32768, 32767, 5),
    c: Int32Array.of(-(2 ** 31)),
    d: Float32Array.of(0.5),
  }
  const packed = packTensors(numbers)
  expect(unpackNumbers(packed)).toEqual({ tensors: numbers, facts: {} })
  expect(packed.length % 4).toBe(0)
  expect(() => unpackTensors(packed)).toThrow(
    new Error('Expected float32 numbers for "a" in a tensor file but found others.'),
  )
})

test('packs a part of a larger array', () => {
  const part = new Float32Array([9, 8, 7, 6]).subarray(1, 3)
  expect(unpackTensors(packTensors({ part })).tensors).toEqual({ part: Float32Array.of(8, 7) })
})

test.each([1, 2, 3])('reads bytes that lie %d beyond a multiple of 4, in a larger buffer', (offset) => {
  const packed = packTensors(tensors, facts)
  const pool = Buffer.alloc(packed.length + 16, 0xff)
  pool.set(packed, offset)
  expect(unpackTensors(pool.subarray(offset, offset + packed.length))).toEqual({ tensors, facts })
})

test('what comes out is a copy', () => {
  const packed = packTensors({ a: Float32Array.of(1) })
  const { a } = unpackTensors(packed).tensors
  packed.fill(0)
  expect(a).toEqual(Float32Array.of(1))
})

const wrong = 'Expected a tensor file but its first bytes are something else.'
const header = 'Expected a header in a tensor file but it is cut off or damaged.'

test.each([
  ['nothing', () => new Uint8Array(), wrong],
  ['another file', () => Buffer.from('\x89PNG and so on'), wrong],
  ['only the first word', () => packTensors(tensors).subarray(0, 8), header],
  ['only half of the length, in a larger buffer', () => packTensors(tensors).subarray(0, 10), header],
  ['only half of the header', () => packTensors(tensors).subarray(0, 30), header],
  ['a damaged header', () => packTensors(tensors).fill(0x20, 12, 14), header],
])('%s is refused', (_name, bytes, message) => {
  expect(() => unpackTensors(bytes())).toThrow(new Error(message))
})

test('numbers that are cut off, or too many, are refused', () => {
  const packed = packTensors(tensors)
  const { length } = packed
  expect(() => unpackTensors(packed.subarray(0, -1))).toThrow(
    new Error(`Expected ${length} bytes in a tensor file but found ${length - 1}.`),
  )
  expect(() => unpackTensors(Buffer.concat([packed, packed]))).toThrow(
    new Error(`Expected ${length} bytes in a tensor file but found ${2 * length}.`),
  )
})
