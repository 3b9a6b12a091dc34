import { fileURLToPath } from 'node:url'
import { describe, expect, onTestFinished, test } from 'vitest'
import { WorkerPool } from '../src/engine/worker-pool.js'
import { runModule } from './support/child.js'
import { built } from './support/files.js'

const entry = new URL('./support/worker.mjs', import.meta.url)

interface Echo {
  name: string
  input: Record<string, unknown>
  threadId: number
  workerData: unknown
}

function openPool(size: number, file = entry) {
  const pool = new WorkerPool(size, file, { given: 'here' } as never)
  onTestFinished(() => pool.close())
  const run = (input: Record<string, unknown>, transfer?: ArrayBuffer[]) =>
    pool.run('run', input as never, transfer) as unknown as Promise<Echo>
  return { pool, run }
}

const lost = (how: string) => new Error(`Expected a worker thread to finish its image but ${how}.`)
const disposed = new Error('Expected an open scorer but it was disposed.')

test('a worker gets the set-up, the task and its input', async () => {
  const { run } = openPool(1)
  const answer = await run({ n: 1 })
  expect(answer).toMatchObject({ name: 'run', input: { n: 1 }, workerData: { given: 'here' } })
})

test('as many threads work as there is work for, and no more than the pool may have', async () => {
  const { run } = openPool(2)
  const first = await run({})
  expect((await run({})).threadId).toBe(first.threadId)
  const threads = await Promise.all(Array.from({ length: 6 }, () => run({ sleeps: 30 })))
  expect(new Set(threads.map((answer) => answer.threadId)).size).toBe(2)
})

test('buffers that are transferred move', async () => {
  const { run } = openPool(1)
  const data = new Float32Array([1, 2, 3])
  const { input } = await run({ data }, [data.buffer])
  expect(data.length).toBe(0)
  expect(input.data).toEqual(new Float32Array([1, 2, 3]))
})

describe('a worker that dies takes its own task with it, and no other', () => {
  const cases: [string, Record<string, unknown>, string][] = [
    ['by process.exit', { ends: 3 }, 'it ended with code 3'],
    ['with code 0', { ends: 0 }, 'it ended with code 0'],
    ['by an uncaught error', { throws: 'boom' }, 'it threw "boom"'],
  ]
  test.each(cases)('%s', async (_how, death, how) => {
    for (const size of [1, 2]) {
      const { run } = openPool(size)
      const results = await Promise.allSettled([run({ n: 1 }), run(death), run({ n: 2 }), run(death), run({ n: 3 })])
      const reasons = results.map((result) => (result.status === 'rejected' ? result.reason : result.value.input.n))
      expect(reasons).toEqual([1, lost(how), 2, lost(how), 3])
    }
  })

  test('by using up the memory', async () => {
    // A worker's limit follows the process's.
    const child = await runModule(
      `import { WorkerPool } from ${JSON.stringify(built('engine/worker-pool.js').href)}
      const pool = new WorkerPool(1, new URL(${JSON.stringify(entry.href)}), {})
      const results = await Promise.allSettled([pool.run('run', { grows: true }), pool.run('run', { n: 2 })])
      console.log(results[0].reason?.message)
      console.log(results[1].value.input.n)
      await pool.close()`,
      { flags: ['--max-old-space-size=48'] },
    )
    expect(child.stdout).toBe(
      'Expected a worker thread to finish its image but it threw "Worker terminated due to reaching memory limit: JS heap out of memory".\n2\n',
    )
    expect(child.code).toBe(0)
  })

  test('when its file is missing', async () => {
    const missing = new URL('./no-such-worker.mjs', import.meta.url)
    const { run } = openPool(1, missing)
    const message = lost(`it threw "Cannot find module '${fileURLToPath(missing)}'`).message.slice(0, -1)
    for (let i = 0; i < 2; i++) await expect(run({})).rejects.toThrow(message)
  })
})

test('after a task that failed, the next one gets a fresh thread', async () => {
  const { run } = openPool(1)
  const { threadId } = await run({})
  await expect(run({ fails: 'memory access out of bounds' })).rejects.toThrow(new Error('memory access out of bounds'))
  const next = await run({ n: 2 })
  expect(next.input.n).toBe(2)
  expect(next.threadId).not.toBe(threadId)
})

test('what cannot be sent fails alone', async () => {
  const { run } = openPool(1)
  const results = await Promise.allSettled([run({ n: 1 }), run({ n: () => {} }), run({ n: 3 })])
  expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  expect((results[1] as PromiseRejectedResult).reason).toEqual(
    new Error('Expected to send an image to a worker thread but could not (() => {} could not be cloned).'),
  )
})

describe('close', () => {
  test('rejects what waits and what is under way', async () => {
    const { pool, run } = openPool(1)
    const all = Promise.allSettled([run({ sleeps: 60_000 }), run({}), run({})])
    await pool.close()
    for (const result of await all) expect(result).toEqual({ status: 'rejected', reason: disposed })
  })

  test('refuses what comes later, and can come twice', async () => {
    const { pool, run } = openPool(2)
    await run({})
    await Promise.all([pool.close(), pool.close()])
    await pool.close()
    await expect(run({})).rejects.toThrow(disposed)
  })
})

test('idle workers do not keep the process alive, and those at work do', async () => {
  const child = await runModule(
    `import { WorkerPool } from ${JSON.stringify(built('engine/worker-pool.js').href)}
    const pool = new WorkerPool(2, new URL(${JSON.stringify(entry.href)}), {})
    await Promise.all([pool.run('run', {}), pool.run('run', {})])
    pool.run('run', { sleeps: 200 }).then(() => console.log('done'))`,
  )
  expect(child).toEqual({ code: 0, stdout: 'done\n', stderr: '' })
})
