import { existsSync, linkSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RunFolder } from '../../src/run/run-folder.js'
import { temporary } from '../tiny.js'

test('reading makes no folder, creating does', async () => {
  const path = join(await temporary(), 'a', 'b')
  expect(new RunFolder(path).has('checkpoint.bin')).toBe(false)
  expect(existsSync(path)).toBe(false)
  RunFolder.create(path)
  expect(existsSync(path)).toBe(true)
})

test('tensors and facts come back', async () => {
  const folder = RunFolder.create(await temporary())
  folder.save('checkpoint.bin', { a: Float32Array.of(1, 2.5), b: Float32Array.of(-0) }, { step: 3 })
  expect(folder.load('checkpoint.bin')).toEqual({
    tensors: { a: Float32Array.of(1, 2.5), b: Float32Array.of(-0) },
    facts: { step: 3 },
  })
})

test('killed in the middle of a save, the last checkpoint is still there', async () => {
  const folder = RunFolder.create(await temporary())
  folder.save('checkpoint.bin', { a: Float32Array.of(1, 2, 3) }, { step: 1 })
  const whole = readFileSync(folder.file('checkpoint.bin'))
  writeFileSync(folder.file('checkpoint.bin.next'), whole.subarray(0, whole.length / 2))
  expect(folder.load('checkpoint.bin').facts).toEqual({ step: 1 })
  folder.save('checkpoint.bin', { a: Float32Array.of(4) }, { step: 2 })
  expect(folder.load('checkpoint.bin').facts).toEqual({ step: 2 })
  expect(folder.has('checkpoint.bin.next')).toBe(false)
})

test('what is read of a run is replaced, never written over', async () => {
  const folder = RunFolder.create(await temporary())
  for (const write of [
    (n: number) => folder.writeConfig({ n }),
    (n: number) => folder.writeJson('search.json', { n }),
    (n: number) => folder.save('best.bin', {}, { n }),
  ]) {
    write(1)
    const [name] = readdirSync(folder.path) as [string]
    linkSync(folder.file(name), folder.file('before'))
    const before = readFileSync(folder.file('before'))
    write(2)
    expect(readFileSync(folder.file('before'))).toEqual(before)
    expect(readFileSync(folder.file(name))).not.toEqual(before)
    folder.remove(name, 'before')
  }
})

test('a missing or damaged checkpoint', async () => {
  const folder = RunFolder.create(await temporary())
  const file = folder.file('best.bin')
  expect(() => folder.load('best.bin')).toThrow(
    `Expected a checkpoint at ${file} but could not read it (ENOENT: no such file or directory, open '${file}').`,
  )
  writeFileSync(file, 'nonsense')
  expect(() => folder.load('best.bin')).toThrow(
    `Expected a checkpoint at ${file} but could not read it (Expected a tensor file but its first bytes are something else.).`,
  )
})

test('missing settings', async () => {
  const folder = new RunFolder(await temporary())
  const file = folder.file('config.json')
  expect(() => folder.readConfig()).toThrow(
    `Expected a run's settings at ${file} but could not read them (ENOENT: no such file or directory, open '${file}').`,
  )
})

test('the log up to a step, without a last line that was cut off', async () => {
  const folder = RunFolder.create(await temporary())
  expect(folder.history(9)).toEqual([])
  for (const step of [1, 2, 3]) folder.log({ step, seconds: step, loss: 1 / step })
  writeFileSync(folder.file('log.jsonl'), `${readFileSync(folder.file('log.jsonl'), 'utf8')}{"step":4,"sec`)
  expect(folder.history(9).map(({ step }) => step)).toEqual([1, 2, 3])
  folder.rewriteLog(folder.history(2))
  expect(readFileSync(folder.file('log.jsonl'), 'utf8')).toBe(
    '{"step":1,"seconds":1,"loss":1}\n{"step":2,"seconds":2,"loss":0.5}\n',
  )
})
