import { parentPort, workerData } from 'node:worker_threads'
import { prepare } from '../image/prepare.js'
import type { Reply, Request, TaskName, Tasks, WorkerSetup } from './messages.js'
import type { WasmNetwork } from './wasm-network.js'

const setup = workerData as WorkerSetup
let network: Promise<WasmNetwork> | undefined

/** Loaded at the first run: with another engine, workers only prepare images. */
function wasmNetwork(): Promise<WasmNetwork> {
  network ??= import('./wasm-network.js').then(({ WasmNetwork }) => WasmNetwork.create(setup))
  return network
}

const tasks: { [N in TaskName]: (input: Tasks[N]['input']) => Tasks[N]['output'] | Promise<Tasks[N]['output']> } = {
  prepare: ({ image, maxPixels }) => prepare(image, maxPixels),
  run: async ({ tiles, errorMaps }) => (await wasmNetwork()).run(tiles, errorMaps),
}

parentPort!.on('message', async ({ name, input }: Request) => {
  let reply: Reply
  try {
    reply = { output: await tasks[name](input as never) }
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : String(error) }
  }
  parentPort!.postMessage(reply)
})
