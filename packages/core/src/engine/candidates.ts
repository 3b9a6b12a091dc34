import type { Model } from '../model/weights.js'
import type { EngineName } from './engine.js'
import type { Network } from './network.js'
import type { Provider } from './onnx.js'

/** A way to run the network that needs packages of the user's. */
export interface Candidate {
  readonly name: Exclude<EngineName, 'wasm'>
  /** What it runs on. */
  readonly device: string
  readonly gpu: boolean
  /** What must be installed. */
  readonly packages: readonly string[]
  /** Starts it. Rejects when it does not work here. */
  open(model: Model, threads: number): Promise<Network>
}

/** All that can be had on this platform. Nothing of theirs is loaded before one is opened. */
export function candidates(platform: string = process.platform, arch: string = process.arch): Candidate[] {
  return [
    ...PROVIDERS.filter(({ where }) => where === undefined || where.includes(`${platform} ${arch}`)).map(onnx),
    tensorflow('gpu', '@tensorflow/tfjs-node-gpu'),
    tensorflow('cpu', '@tensorflow/tfjs-node'),
    {
      name: 'webgpu',
      device: 'gpu',
      gpu: true,
      packages: ['webgpu', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core'],
      open: async (model) => (await import('./webgpu.js')).openWebgpu(model),
    },
  ]
}

/**
 * What onnxruntime-node can run on, and where its package holds the code.
 *
 * Source: https://onnxruntime.ai/docs/get-started/with-javascript/node.html, and `listSupportedBackends()` of 1.30.
 */
const PROVIDERS: readonly { provider: Provider; where?: readonly string[] }[] = [
  { provider: 'cuda', where: ['linux x64'] },
  { provider: 'dml', where: ['win32 x64', 'win32 arm64'] },
  { provider: 'coreml', where: ['darwin arm64'] },
  { provider: 'webgpu', where: ['linux x64', 'win32 x64', 'win32 arm64', 'darwin arm64'] },
  { provider: 'cpu' },
]

function onnx({ provider }: { provider: Provider }): Candidate {
  return {
    name: 'onnx',
    device: provider,
    gpu: provider !== 'cpu',
    packages: ['onnxruntime-node'],
    open: async (model, threads) => (await import('./onnx.js')).openOnnx(model, threads, provider),
  }
}

function tensorflow(device: 'cpu' | 'gpu', name: string): Candidate {
  return {
    name: 'tensorflow',
    device,
    gpu: device === 'gpu',
    packages: [name],
    open: async (model) => (await import('./tensorflow.js')).openTensorFlow(model, device),
  }
}
