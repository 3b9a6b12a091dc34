import { createRequire } from 'node:module'
import { dirname } from 'node:path'
import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'

export const wasmFolder = dirname(
  createRequire(import.meta.url).resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'),
)

/** TensorFlow.js with its WebAssembly backend, in this thread. */
export async function tensorFlow(): Promise<typeof tf> {
  if (tf.getBackend() === 'wasm') return tf
  setWasmPaths(`${wasmFolder}/`)
  await tf.setBackend('wasm')
  return tf
}
