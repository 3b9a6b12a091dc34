import { STATISTICS } from '@diqa/core/model'
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core'
import { plcc } from '../measure/plcc.js'
import { srcc } from '../measure/srcc.js'
import { type Network, QUALITY_CENTRE, QUALITY_UNIT } from '../network/network.js'
import { random } from '../random.js'
import type { Stage } from '../run/train.js'
import type { Store } from '../store/store.js'
import { BatchOrder, copyPatch, drawPlace, standardOf, trainable } from './patches.js'
import { predict } from './predict.js'

/** A prepared set and its part of every batch. */
export interface Share {
  store: Store
  /** Patches of a batch that come from it. */
  patches: number
}

export interface FinetuneOptions {
  /** Pixels along a side of a patch, a multiple of 8. */
  side: number
  seed: string
  /** Weight of 1 − PLCC beside the Huber loss. */
  correlationWeight: number
  /** Images of each val split that validation looks at, and pixels of each. */
  valImages: number
  valPixels: number
}

/** Patches with the statistics and the truth of the images that they are of. */
interface OpinionBatch {
  /** Î in whole gray levels, shape `[count, side, side]`. */
  levels: Int8Array
  /** Shape `[count, STATISTICS.length]`. */
  statistics: Float32Array
  /** In units of 25 around 50. */
  truth: Float32Array
}

/** Stage 2: f's pooled features and the statistics learn what the truths say. */
export class Finetune implements Stage<OpinionBatch> {
  readonly #orders: BatchOrder[]

  constructor(
    readonly network: Network,
    readonly shares: readonly Share[],
    readonly options: FinetuneOptions,
  ) {
    this.#orders = shares.map(
      ({ store }) => new BatchOrder(trainable(store, options.side), `${options.seed}/${store.header.name}`),
    )
  }

  /** Sets the statistics' standard from the train splits, each set with its share of a batch. */
  standardise(): void {
    const rows = this.shares.flatMap(({ store, patches }, s) => {
      const rng = random(`${this.options.seed}/standard`)
      const images = this.#orders[s]!.images
      return Array.from({ length: patches * 500 }, () => store.statisticsOf(images[Math.floor(rng() * images.length)]!))
    })
    this.network.standard = standardOf(rows)
  }

  async batch(step: number): Promise<OpinionBatch> {
    const { side, seed } = this.options
    const rng = random(`${seed}/step ${step}`)
    const count = this.shares.reduce((sum, { patches }) => sum + patches, 0)
    const levels = new Int8Array(count * side * side)
    const statistics = new Float32Array(count * STATISTICS.length)
    const truth = new Float32Array(count)
    let at = 0
    this.shares.forEach(({ store, patches }, s) => {
      for (const index of this.#orders[s]!.batch(step, patches)) {
        const image = store.images[index]!
        const place = drawPlace(image.width, image.height, side, rng)
        const patch = levels.subarray(at * side * side, (at + 1) * side * side)
        copyPatch(store.levels(index), image.width, place, patch)
        statistics.set(store.statisticsOf(index), at * STATISTICS.length)
        truth[at] = (image.quality! - QUALITY_CENTRE) / QUALITY_UNIT
        at++
      }
    })
    return { levels, statistics, truth }
  }

  loss({ levels, statistics, truth }: OpinionBatch): Scalar {
    const { side, correlationWeight } = this.options
    const { tf } = this.network
    const count = truth.length
    const predicted = this.network.quality(this.network.features({ levels, count, width: side, height: side }), statistics)
    const wanted = tf.tensor1d(truth)
    let loss = tf.losses.huberLoss(wanted, predicted, undefined, 0.5) as Scalar
    let from = 0
    for (const { patches } of this.shares) {
      // Correlation within a set: sets differ in what they call good.
      const correlation = pearson(this.network, tf.slice(predicted, from, patches), tf.slice(wanted, from, patches))
      const share = (correlationWeight * patches) / count
      loss = tf.add(loss, tf.mul(tf.sub(1, correlation), share))
      from += patches
    }
    return loss
  }

  async validate(): Promise<{ score: number } & Record<string, number>> {
    const figures: Record<string, number> = {}
    let score = 0
    for (const { store } of this.shares) {
      const { name } = store.header
      const images = everyNth(store.of('val'), this.options.valImages)
      const predictions = await predict(this.network, store, images, { maxPixels: this.options.valPixels })
      const truth = images.map((i) => store.images[i]!.quality!)
      figures[`SRCC ${name}`] = srcc(predictions, truth)
      figures[`PLCC ${name}`] = plcc(predictions, truth)
      score += figures[`SRCC ${name}`]!
    }
    return { score: score / this.shares.length, ...figures }
  }
}

function pearson({ tf }: Network, a: Tensor1D, b: Tensor1D): Scalar {
  const [x, y] = [tf.sub(a, tf.mean(a)), tf.sub(b, tf.mean(b))]
  const scale = tf.sqrt(tf.add(tf.mul(tf.sum(tf.square(x)), tf.sum(tf.square(y))), 1e-6))
  return tf.div(tf.sum(tf.mul(x, y)), scale)
}

/** At most so many, evenly spread. */
function everyNth(items: readonly number[], most: number): number[] {
  const step = Math.max(1, items.length / most)
  return Array.from({ length: Math.min(items.length, most) }, (_, i) => items[Math.floor(i * step)]!)
}
