import { expect, test } from 'vitest'
import { encodeMessage } from '../../src/engine/protobuf.js'

test('encodes as the format’s own documentation does', () => {
  // https://protobuf.dev/programming-guides/encoding
  expect(hex(encodeMessage([[1, 150]]))).toBe('08 96 01')
  expect(hex(encodeMessage([[2, 'testing']]))).toBe('12 07 74 65 73 74 69 6e 67')
  expect(hex(encodeMessage([[3, [[1, 150]]]]))).toBe('1a 03 08 96 01')
})

test('writes numbers, empty values and large field numbers', () => {
  expect(hex(encodeMessage([[1, 0]]))).toBe('08 00')
  expect(hex(encodeMessage([[1, 2 ** 31 - 1]]))).toBe('08 ff ff ff ff 07')
  expect(hex(encodeMessage([[2, '']]))).toBe('12 00')
  expect(hex(encodeMessage([[20, 7]]))).toBe('a0 01 07')
  expect(hex(encodeMessage([[9, Uint8Array.of(1, 2, 255)]]))).toBe('4a 03 01 02 ff')
  expect(encodeMessage([])).toHaveLength(0)
})

const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join(' ')
