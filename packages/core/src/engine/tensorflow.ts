import type { TensorFlow } from '../model/architecture.js'
import type { Model } from '../model/weights.js'
import type { Network } from './network.js'
import { requirePackage } from './packages.js'
import { TfjsNetwork } from './tfjs-network.js'

interface NodeBackend {
  /** Of the build: whether its library has found a device besides the CPU. */
  isUsingGpuDevice: boolean
}

/** Starts the network on TensorFlow's own library. */
export async function openTensorFlow({ tensors }: Model, device: 'cpu' | 'gpu'): Promise<Network> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  keepUtilFunction()
  const name = device === 'gpu' ? '@tensorflow/tfjs-node-gpu' : '@tensorflow/tfjs-node'
  // What it exports is the very tfjs that its kernels are registered with; another copy would register them twice.
  const tf = requirePackage<TensorFlow>(name)
  const backend = tf.findBackend('tensorflow') as unknown as NodeBackend
  // Without CUDA its GPU build starts all the same, and calculates on the CPU.
  if (device === 'gpu' && !backend.isUsingGpuDevice) {
    throw new Error(`Expected ${name} to find a GPU but it found none that its CUDA libraries can use.`)
  }
  return new TfjsNetwork(tf, 'tensorflow', tensors, device === 'gpu' ? 2 ** 19 : 2 ** 17)
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs#8425, fixed but unreleased). */
function keepUtilFunction(): void {
  // Not imported: the namespace of an ES module cannot be written to.
  const util = process.getBuiltinModule('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }
  util.isNullOrUndefined ??= (value) => value === null || value === undefined
}
