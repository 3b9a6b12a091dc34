import { mkdir, readdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { describe, expect, test, vi } from 'vitest'
import { findingFile, forget, recall, remember } from '../../src/engine/findings.js'
import type { Finding } from '../../src/engine/probe.js'
import { temporaryFolder } from '../support/files.js'

const works: Finding = { works: true, msPerMegapixel: 130 }
const fails: Finding = { works: false, reason: 'Expected a GPU but there is none.' }
const DAY = 86_400_000

async function file(facts: Record<string, unknown> = { name: 'onnx' }) {
  const root = await temporaryFolder()
  await writeFile(join(root, 'package.json'), '{}')
  return findingFile(facts, root)
}

test('what was found out is known again, in the project’s cache folder', async () => {
  const path = await file()
  expect(path).toMatch(/node_modules[\\/]\.cache[\\/]diqa[\\/]engines[\\/][0-9a-f]{32}\.json$/)
  expect(recall(path)).toBeUndefined()
  for (const finding of [works, fails, { ...works, software: 'SwiftShader' }]) {
    remember(path, finding)
    expect(recall(path)).toEqual(finding)
  }
  forget(path)
  forget(path)
  expect(recall(path)).toBeUndefined()
})

test('other facts, and other drivers, are another file', async () => {
  const root = await temporaryFolder()
  const one = findingFile({ name: 'onnx', versions: ['1.30.0'] }, root)
  expect(findingFile({ name: 'onnx', versions: ['1.30.0'] }, root)).toBe(one)
  expect(findingFile({ name: 'onnx', versions: ['1.31.0'] }, root)).not.toBe(one)
  vi.stubEnv('CUDA_VISIBLE_DEVICES', '-1')
  expect(findingFile({ name: 'onnx', versions: ['1.30.0'] }, root)).not.toBe(one)
  vi.unstubAllEnvs()
})

test('a failure is believed for a day, success for good', async () => {
  const path = await file()
  remember(path, fails, 1000)
  expect(recall(path, 1000 + DAY - 1)).toEqual(fails)
  expect(recall(path, 1000 + DAY)).toBeUndefined()
  // A clock that was set back.
  expect(recall(path, 999)).toBeUndefined()
  remember(path, works, 1000)
  expect(recall(path, 1000 + 1000 * DAY)).toEqual(works)
})

describe('a file that says something else says nothing', () => {
  test.each([
    '',
    '{',
    'null',
    '{}',
    '{"finding":null,"time":1}',
    '{"finding":{"works":true},"time":1}',
    '{"finding":{"works":true,"msPerMegapixel":"fast"},"time":1}',
    '{"finding":{"works":false},"time":1}',
    '{"finding":{"works":false,"reason":"It is."}}',
    '{"finding":{"works":"yes","msPerMegapixel":1},"time":1}',
  ])('%s', async (text) => {
    const path = await file()
    await mkdir(dirname(path), { recursive: true })
    await writeFile(path, text)
    expect(recall(path)).toBeUndefined()
  })
})

test('where nothing can be written nothing is remembered', async () => {
  const path = await file()
  await mkdir(dirname(dirname(path)), { recursive: true })
  await writeFile(dirname(path), 'a file where the folder should be')
  remember(path, works)
  expect(recall(path)).toBeUndefined()
})

test('nothing is left beside the file', async () => {
  const path = await file()
  for (let i = 0; i < 3; i++) remember(path, works)
  expect(await readdir(dirname(path))).toHaveLength(1)
})
