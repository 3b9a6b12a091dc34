import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { readInput, sha256 } from '../src/input.js'
import { UsageError } from '../src/usage-error.js'
import { temporaryFolder } from './support/files.js'

const bytes = Buffer.from('some bytes')

test('a path, a file URL, a Buffer and a part of a larger array give the same bytes', async () => {
  const folder = await temporaryFolder()
  const file = join(folder, 'été 100%.png')
  await writeFile(file, bytes)
  const larger = new Uint8Array([1, 2, 3, ...bytes, 4])
  for (const input of [file, pathToFileURL(file), bytes, larger.subarray(3, 3 + bytes.length)]) {
    expect(await readInput(input)).toEqual({ bytes })
  }
})

test('bytes of another realm, as test runners make them, are bytes', async () => {
  const foreign = runInNewContext('new Uint8Array([1, 2, 3])')
  expect(foreign instanceof Uint8Array).toBe(false)
  expect(await readInput(foreign)).toEqual({ bytes: Buffer.of(1, 2, 3) })
})

test('bytes are not copied', async () => {
  const read = await readInput(bytes)
  expect('bytes' in read && read.bytes.buffer === bytes.buffer).toBe(true)
})

test.each([
  [undefined, 'Undefined'],
  [null, 'Null'],
  [5, 'Number'],
  [new ArrayBuffer(4), 'ArrayBuffer'],
  [new Float32Array(4), 'Float32Array'],
  [['a.png'], 'Array'],
  [Promise.resolve('a.png'), 'Promise'],
])('%s is misuse', async (input, kind) => {
  const error = await readInput(input as never).catch((error) => error)
  expect(error).toBeInstanceOf(UsageError)
  expect(error.message).toBe(`Expected bytes, a path or a file URL for an image but received a value of type ${kind}.`)
})

test('a file that cannot be read is no misuse', async () => {
  const folder = await temporaryFolder()
  const missing = join(folder, 'missing.png')
  expect(await readInput(missing)).toEqual({ message: `Expected a readable file at ${missing} but there is none.` })
  await mkdir(join(folder, 'a.png'))
  expect(await readInput(join(folder, 'a.png'))).toEqual({
    message: `Expected a readable file at ${join(folder, 'a.png')} but it is a folder.`,
  })
  expect(await readInput(new URL('https://example.com/a.png'))).toEqual({
    message: 'Expected a readable file at https://example.com/a.png but it is no file URL.',
  })
  expect(await readInput('a\0b')).toEqual({
    message: 'Expected a readable file at a\0b but reading failed (ERR_INVALID_ARG_VALUE).',
  })
})

test('the digest is SHA-256 in hex', () => {
  expect(sha256(Buffer.from('abc'))).toBe('ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad')
})
