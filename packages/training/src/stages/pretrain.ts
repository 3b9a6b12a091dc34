import type { Scalar } from '@tensorflow/tfjs-core'
import type { Network } from '../network/network.js'
import type { Stage } from '../run/train.js'
import type { ErrorMapOptions } from './error-target.js'
import { mapFigures } from './map-figures.js'
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
    const { side, batch, errorMap } = this.#options
    const features = this.#network.features({ levels: distorted, count: batch, width: side, height: side })
    const { target, reliability } = mapTargets(this.#network, reference, distorted, side, errorMap)
    return mapLoss(this.#network, this.#network.errorMap(features), target, reliability)
  }

  async validate(): Promise<{ score: number; mapLoss: number; mapCorrelation: number }> {
    const figures = await mapFigures(this.#network, this.#pairs, this.#options)
    return { score: -figures.mapLoss, ...figures }
  }
}
