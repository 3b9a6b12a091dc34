import type { Tensor, Tensor2D } from '@tensorflow/tfjs-core'
import { errorMap, featureMap, type TensorFlow, tensorShapes } from '../model/architecture.js'
import type { Tensors } from '../model/tensor-file.js'
import type { Features, Tiles } from './engine.js'
import type { Network } from './network.js'

/** The network on a backend of TensorFlow.js. */
export class TfjsNetwork implements Network {
  readonly #tf: TensorFlow
  readonly #backend: string
  readonly #weights: Record<string, Tensor>

  /** @param backend one that is ready */
  constructor(
    tf: TensorFlow,
    backend: string,
    tensors: Tensors,
    readonly pixelsAtOnce: number,
  ) {
    this.#tf = tf
    this.#backend = backend
    const shapes = Object.entries(tensorShapes(0)).filter(([name]) => /^(conv|error)/.test(name))
    this.#weights = this.#onBackend(() =>
      Object.fromEntries(shapes.map(([name, shape]) => [name, tf.tensor(tensors[name]!, shape)])),
    )
  }

  async run(tiles: Tiles, errorMaps: boolean): Promise<Features> {
    const [pooled, maps] = this.#onBackend(() => this.#tf.tidy(() => this.#graph(tiles, errorMaps)))
    try {
      const features: Features = { pooled: await pooled!.data<'float32'>() }
      if (maps) features.errorMaps = await maps.data<'float32'>()
      return features
    } finally {
      this.#tf.dispose([pooled!, ...(maps ? [maps] : [])])
    }
  }

  async dispose(): Promise<void> {
    this.#tf.dispose(this.#weights)
  }

  #graph({ data, count, height, width }: Tiles, errorMaps: boolean): Tensor[] {
    const tf = this.#tf
    const features = featureMap(tf, this.#weights, tf.tensor4d(data, [count, height, width, 1]))
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
