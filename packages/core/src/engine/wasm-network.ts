import { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'
import * as tf from '@tensorflow/tfjs-core'
import { errorMap, featureMap, tensorShapes } from '../model/architecture.js'
import type { Features, Tiles } from './engine.js'
import type { WorkerSetup } from './messages.js'

/** Pixels that go through the network at once: its first layers need 400 bytes for each. */
const PIXELS_AT_ONCE = 65536

/** f(.) and g(.) on tfjs-backend-wasm, in one thread. */
export class WasmNetwork {
  private constructor(readonly weights: Record<string, tf.Tensor>) {}

  /** @throws Error when WebAssembly with SIMD is not to be had */
  static async create({ tensors, wasmFolder }: WorkerSetup): Promise<WasmNetwork> {
    setWasmPaths(`${wasmFolder}/`)
    if (!(await tf.setBackend('wasm'))) throw new Error('Expected tfjs-backend-wasm to start but it did not.')
    const shapes = Object.entries(tensorShapes(0)).filter(([name]) => /^(conv|error)/.test(name))
    return new WasmNetwork(Object.fromEntries(shapes.map(([name, shape]) => [name, tf.tensor(tensors[name]!, shape)])))
  }

  run({ data, count, height, width }: Tiles, errorMaps: boolean): Features {
    const atOnce = Math.max(1, Math.floor(PIXELS_AT_ONCE / (height * width)))
    const channels = this.weights['conv8/bias']!.size
    const pooled = new Float32Array(count * channels)
    const maps = errorMaps ? new Float32Array((count * height * width) / 16) : undefined
    for (let from = 0; from < count; from += atOnce) {
      const to = Math.min(count, from + atOnce)
      tf.tidy(() => {
        const tiles = tf.tensor4d(data.subarray(from * height * width, to * height * width), [
          to - from,
          height,
          width,
          1,
        ])
        const features = featureMap(tf, this.weights, tiles)
        pooled.set(tf.mean(features, [1, 2]).dataSync(), from * channels)
        maps?.set(errorMap(tf, this.weights, features).dataSync(), (from * height * width) / 16)
      })
    }
    return maps ? { pooled, errorMaps: maps } : { pooled }
  }
}
