import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, onTestFinished, test, vi } from 'vitest'
import { probe } from '../../src/engine/probe.js'
import { temporaryFolder } from '../support/files.js'

const question = { name: 'onnx', device: 'cpu', model: '/a/model', threads: 2 }
const answer = { works: true, msPerMegapixel: 5 }

/** Probes with another child: the text of a module, in which `answer()` sends one. */
async function probeWith(text: string, timeLimit?: number) {
  const entry = join(await temporaryFolder(), 'child.mjs')
  const prelude = `const answer = (then) => process.send(${JSON.stringify(answer)}, then ?? (() => process.disconnect()))\n`
  await writeFile(entry, prelude + text)
  return probe(question, timeLimit, entry)
}

const failed = (how: string) => ({ works: false, reason: `Expected an answer to a known question but ${how}.` })

test('gets the answer of a process of its own, which was told the question', async () => {
  expect(await probeWith('answer()')).toEqual(answer)
  expect(
    await probeWith('process.send({ works: false, reason: process.argv[2] }, () => process.disconnect())'),
  ).toEqual({
    works: false,
    reason: JSON.stringify(question),
  })
})

test('hears nothing of what a library prints', async () => {
  expect(await probeWith('console.log("noise"); console.error("more".repeat(1e6)); answer()')).toEqual(answer)
})

test('survives a crash', async () => {
  expect(await probeWith('process.kill(process.pid, "SIGSEGV")')).toEqual(failed('its process ended with SIGSEGV'))
  expect(await probeWith('process.abort()')).toEqual(failed('its process ended with SIGABRT'))
  expect(await probeWith('process.exit(3)')).toEqual(failed('its process ended with 3'))
  expect(await probeWith('throw new Error("no")')).toEqual(failed('its process ended with 1'))
})

test('refuses what gives the answer but cannot end', async () => {
  expect(await probeWith('answer(() => process.kill(process.pid, "SIGSEGV"))')).toEqual(
    failed('its process did so and then ended with SIGSEGV'),
  )
})

test('has a time limit, also for the end', async () => {
  const late = failed('there was none within 0.5 seconds')
  expect(await probeWith('setInterval(() => {}, 1000)', 500)).toEqual(late)
  expect(await probeWith('for (;;);', 500)).toEqual(late)
  // It has to answer within the limit first, which takes a busy machine more than half a second.
  expect(await probeWith('answer(() => {}); setInterval(() => {}, 1000)', 4000)).toEqual(
    failed('its process did not end within 4 seconds'),
  )
})

test('notices a process that ends without an answer, and one that never began', async () => {
  expect(await probeWith('process.disconnect()')).toEqual(failed('its process ended without one'))
  expect(await probe(question, undefined, '/nowhere/child.mjs')).toEqual(failed('its process ended with 1'))
})

test('a process that cannot be started is a failure at once, and leaves no clock behind', async () => {
  const { execPath } = process
  onTestFinished(() => {
    process.execPath = execPath
    vi.useRealTimers()
  })
  // A path too long for a command line: that is thrown.
  expect(await probe({ ...question, model: '/a'.repeat(2 ** 21) })).toMatchObject({
    works: false,
    reason: expect.stringMatching(/the process for it did not start \(spawn \w+\)\.$/),
  })
  process.execPath = '/nowhere/node'
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
  expect(await probe(question)).toEqual(failed('the process for it did not start (spawn /nowhere/node ENOENT)'))
  expect(vi.getTimerCount()).toBe(0)
})
