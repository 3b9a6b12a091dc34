import { parentPort, workerData } from 'node:worker_threads'
import { decode } from '../image/decode.js'
import { prepare } from '../image/prepare.js'
import { restoreSharpSettings } from '../image/sharp-settings.js'
import type { Reply, Request, TaskName, Tasks, WorkerSetup } from './messages.js'
import { WasmNetwork } from './wasm-network.js'

const { kernels, integers, tensors, sharp } = workerData as WorkerSetup
restoreSharpSettings(sharp)

let network: WasmNetwork | undefined

/** Made at the first run: with another engine, workers only decode and prepare images. */
function wasmNetwork(): WasmNetwork {
  network ??= new WasmNetwork(kernels, integers, tensors)
  return network
}

type Answer<N extends TaskName> = Tasks[N]['output'] | Promise<Tasks[N]['output']>

const tasks: { [N in TaskName]: (input: Tasks[N]['input']) => Answer<N> } = {
  async prepare({ bytes, header, options }) {
    const decoded = await decode(bytes, header, options)
    return decoded.status === 'decoded' ? prepare(decoded.pixels, options.maxPixels) : decoded
  },
  run: ({ tiles, errorMaps }) => wasmNetwork().run(tiles, errorMaps),
}

parentPort!.on('message', async ({ name, input }: Request) => {
  let reply: Reply
  const moved: ArrayBuffer[] = []
  try {
    const output = await tasks[name](input as never)
    reply = { output }
    if ('tiles' in output) moved.push(output.tiles.data.buffer as ArrayBuffer)
  } catch (error) {
    reply = { error: error instanceof Error ? error.message : String(error) }
  }
  parentPort!.postMessage(reply, moved)
})
