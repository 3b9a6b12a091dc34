import { loadTensorFlow, type TensorFlow } from './tensorflow.js'
import { openWebgpu } from './webgpu.js'

/** What a run is trained on: TensorFlow's native library, or any GPU through WebGPU. */
export const ENGINES = ['tensorflow', 'webgpu'] as const

/** One of {@link ENGINES}. */
export type EngineName = (typeof ENGINES)[number]

/** TensorFlow.js with a backend that is the current one and has gradients. */
export interface Engine {
  tf: TensorFlow
  /** The GPU's name, where the processor only plays it. */
  software?: string | undefined
  /** To be called before the process ends, whatever happens. */
  close(): Promise<void>
}

/** @throws Error with one sentence when it does not work here */
export async function openEngine(name: EngineName): Promise<Engine> {
  return name === 'webgpu' ? openWebgpu() : { tf: await loadTensorFlow(), close: async () => {} }
}
