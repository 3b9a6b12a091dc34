import type { Tensor, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import { errorMap, featureMap, type TensorFlow, tensorShapes } from '../model/architecture.js'
import type { Tensors } from '../model/tensor-file.js'
import type { Features, Tiles } from './engine.js'
import type { Network } from './network.js'

/** Makes a tensor of numbers, which it leaves alone once it has returned. */
export type Upload = (data: Float32Array, shape: [number, number, number, number]) => Tensor4D

/** The network on a backend of TensorFlow.js. */
export class TfjsNetwork implements Network {
  readonly #tf: TensorFlow
  readonly #backend: string
  readonly #weights: Record<string, Tensor>
  readonly #upload: Upload

  /**
   * @param backend one that is ready
   * @param upload default: as TensorFlow.js does it
   */
  constructor(
    tf: TensorFlow,
    backend: string,
    tensors: Tensors,
    readonly pixelsAtOnce: number,
    upload: Upload = (data, shape) => tf.tensor4d(data, shape),
  ) {
    this.#tf = tf
    this.#upload = upload
    this.#backend = backend
    const shapes = Object.entries(tensorShapes(0)).filter(([name]) => /^(conv|error)/.test(name))
    this.#weights = this.#onBackend(() =>
      Object.fromEntries(shapes.map(([name, shape]) => [name, tf.tensor(tensors[name]!, shape)])),
    )
  }

  async run(tiles: Tiles, errorMaps: boolean): Promise<Features> {
    const [pooled, maps] = this.#onBackend(() => this.#tf.tidy(() => this.#graph(tiles, errorMaps)))
    try {
      // Both are asked for at once: what is asked for later, a GPU copies after the next batch.
      const [means, errorMaps] = await Promise.all([pooled!.data<'float32'>(), maps?.data<'float32'>()])
      return { pooled: means, ...(errorMaps && { errorMaps }) }
    } finally {
      this.#tf.dispose([pooled!, ...(maps ? [maps] : [])])
    }
  }

  async dispose(): Promise<void> {
    this.#tf.dispose(this.#weights)
  }

  #graph({ data, count, height, width }: Tiles, errorMaps: boolean): Tensor[] {
    const tf = this.#tf
    const features = featureMap(tf, this.#weights, this.#upload(data, [count, height, width, 1]))
    const pooled: Tensor2D = tf.mean(features, [1, 2])
    return errorMaps ? [pooled, errorMap(tf, this.#weights, features)] : [pooled]
  }

  /**
   * Runs a function while our backend is the current one. All copies of TensorFlow.js in a process share the current
   * backend, and the user's own may be at work beside us.
   */
  #onBackend<T>(work: () => T): T {
    const before = this.#tf.getBackend()
    if (before === this.#backend) return work()
    this.#tf.setBackend(this.#backend)
    try {
      return work()
    } finally {
      if (before) this.#tf.setBackend(before)
    }
  }
}
