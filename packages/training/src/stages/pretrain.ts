import { FEATURE_SCALE } from '@diqa/core/model'
import type { Scalar } from '@tensorflow/tfjs-core'
import { plcc } from '../measure/plcc.js'
import type { Network } from '../network/network.js'
import type { Stage } from '../run/train.js'
import type { ErrorMapOptions } from './error-target.js'
import { mapLoss, mapTargets } from './map-loss.js'
import type { PairBatch, PairSource } from './pairs.js'

export interface PretrainOptions {
  /** Pixels along a side of a patch, a multiple of 8. */
  side: number
  batch: number
  errorMap?: ErrorMapOptions | undefined
}

/** Stage 1: f and g learn to predict where, and how much, a picture differs from one nobody shows them. */
export class Pretrain implements Stage<PairBatch> {
  readonly #pairs: PairSource
  readonly #network: Network
  readonly #options: PretrainOptions

  constructor(network: Network, pairs: PairSource, options: PretrainOptions) {
    this.#network = network
    this.#pairs = pairs
    this.#options = options
  }

  batch(step: number): Promise<PairBatch> {
    return this.#pairs.batch('train', step, this.#options.batch)
  }

  loss({ reference, distorted }: PairBatch): Scalar {
    const { prediction, target, reliability } = this.#run(reference, distorted, this.#options.batch)
    return mapLoss(this.#network, prediction, target, reliability)
  }

  async validate(): Promise<{ score: number; mapLoss: number; mapCorrelation: number }> {
    const { side, batch } = this.#options
    const { tf } = this.#network
    const cells = (side / FEATURE_SCALE) ** 2
    let loss = 0
    const correlations: number[] = []
    const rounds = 8
    for (let round = 0; round < rounds; round++) {
      const { reference, distorted } = await this.#pairs.batch('val', round, batch)
      tf.tidy(() => {
        const { prediction, target, reliability } = this.#run(reference, distorted, batch)
        loss += mapLoss(this.#network, prediction, target, reliability).dataSync()[0]! / rounds
        const predicted = prediction.dataSync()
        const truth = target.dataSync()
        for (let i = 0; i < batch; i++) {
          const [from, to] = [i * cells, (i + 1) * cells]
          const correlation = plcc([...predicted.slice(from, to)], [...truth.slice(from, to)])
          // A patch without any error, or without any texture, has no map to agree with.
          if (Number.isFinite(correlation)) correlations.push(correlation)
        }
      })
    }
    const mapCorrelation = correlations.reduce((a, b) => a + b, 0) / correlations.length
    return { score: -loss, mapLoss: loss, mapCorrelation }
  }

  #run(reference: Int8Array, distorted: Int8Array, count: number) {
    const { side, errorMap } = this.#options
    const features = this.#network.features({ levels: distorted, count, width: side, height: side })
    const targets = mapTargets(this.#network, reference, distorted, side, errorMap)
    return { prediction: this.#network.errorMap(features), ...targets }
  }
}
