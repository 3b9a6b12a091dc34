import type { InferenceSession, Tensor } from 'onnxruntime-common'
import type { Model } from '../model/weights.js'
import type { Features, Tiles } from './engine.js'
import type { Network } from './network.js'
import { onnxModel } from './onnx-graph.js'
import { requirePackage } from './packages.js'

type OnnxRuntime = typeof import('onnxruntime-common')

/** onnxruntime-node's ways to run a model, its "execution providers". */
export type Provider = 'cpu' | 'cuda' | 'webgpu' | 'coreml' | 'dml'

/** Starts the network on onnxruntime-node. */
export async function openOnnx({ tensors }: Model, threads: number, provider: Provider): Promise<Network> {
  const runtime = requirePackage<OnnxRuntime>('onnxruntime-node')
  const session = await create(runtime, onnxModel(tensors), provider, threads)
  return new OnnxNetwork(runtime, session, provider === 'cpu' ? 2 ** 17 : 2 ** 19)
}

async function create(runtime: OnnxRuntime, model: Uint8Array, provider: Provider, threads: number) {
  try {
    return await runtime.InferenceSession.create(model, {
      executionProviders: [provider],
      intraOpNumThreads: threads,
      // Its warnings, of nodes that a GPU leaves to the CPU and the like, would land in the middle of a build's output.
      logSeverityLevel: 3,
    })
  } catch (error) {
    // It begins with the line of C++ that noticed.
    const why = (error as Error).message
      .replace(/^.* was false\. /s, '')
      .trim()
      .replace(/\.$/, '')
    throw new Error(`Expected onnxruntime-node to start on ${provider} but it did not (${why}).`)
  }
}

class OnnxNetwork implements Network {
  readonly #runtime: OnnxRuntime
  readonly #session: InferenceSession

  constructor(
    runtime: OnnxRuntime,
    session: InferenceSession,
    readonly pixelsAtOnce: number,
  ) {
    this.#runtime = runtime
    this.#session = session
  }

  async run({ data, count, height, width }: Tiles, errorMaps: boolean): Promise<Features> {
    const tiles = new this.#runtime.Tensor('float32', data, [count, 1, height, width])
    const wanted = errorMaps ? ['pooled', 'errors'] : ['pooled']
    const { pooled, errors } = (await this.#session.run({ tiles }, wanted)) as Record<string, Tensor>
    const features: Features = { pooled: pooled!.data as Float32Array }
    if (errors) features.errorMaps = errors.data as Float32Array
    return features
  }

  dispose(): Promise<void> {
    return this.#session.release()
  }
}
