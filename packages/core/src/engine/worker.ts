import { parentPort, workerData } from 'node:worker_threads'
import { prepare } from '../image/prepare.js'
import type { Reply, Request, TaskName, Tasks, WorkerSetup } from './messages.js'
import { WasmNetwork } from './wasm-network.js'

const { kernels, integers, tensors } = workerData as WorkerSetup
let network: WasmNetwork | undefined

/** Made at the first run: with another engine, workers only prepare images. */
function wasmNetwork(): WasmNetwork {
  network ??= new WasmNetwork(kernels, integers, tensors)
  return network
}

const tasks: { [N in TaskName]: (input: Tasks[N]['input']) => Tasks[N]['output'] } = {
  prepare: ({ image, maxPixels }) => prepare(image, maxPixels),
  run: ({ tiles, errorMaps }) => wasmNetwork().run(tiles, errorMaps),
}

parentPort!.on('message', ({ name, input }: Request) => {
  let reply: Reply
  try {
    reply = { output: tasks[name](input as never) }
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : String(error) }
  }
  parentPort!.postMessage(reply)
})
