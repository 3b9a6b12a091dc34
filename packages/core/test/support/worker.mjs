// A worker that does as it is told.
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, threadId, workerData } from 'node:worker_threads'

parentPort.on('message', async ({ name, input }) => {
  if (input.ends !== undefined) process.exit(input.ends)
  if (input.throws !== undefined) {
    setImmediate(() => {
      throw new Error(input.throws)
    })
    return
  }
  if (input.grows) {
    const kept = []
    for (;;) kept.push(Array(1e5).fill(Math.random()))
  }
  if (input.sleeps) await sleep(input.sleeps)
  if (input.fails !== undefined) parentPort.postMessage({ error: input.fails })
  else parentPort.postMessage({ output: { name, input, threadId, workerData } })
})
