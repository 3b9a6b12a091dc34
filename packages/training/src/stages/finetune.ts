import { STATISTICS } from '@diqa/core/model'
import type { Scalar, Tensor1D } from '@tensorflow/tfjs-core'
import { plcc } from '../measure/plcc.js'
import { srcc } from '../measure/srcc.js'
import { type Network, QUALITY_CENTRE, QUALITY_UNIT, type Standard } from '../network/network.js'
import { random } from '../random.js'
import type { Stage } from '../run/train.js'
import type { Store } from '../store/store.js'
import type { ErrorMapOptions } from './error-target.js'
import { mapLoss, mapTargets } from './map-loss.js'
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
  /** Weight of stage 1's loss on the sets with references: f changes, and g must follow for `explain` to stay true. */
  mapWeight: number
  errorMap?: ErrorMapOptions | undefined
  /** Whether the head sees the statistics. @default true */
  statistics?: boolean | undefined
  /** Images of each val split that validation looks at, and pixels of each. */
  valImages: number
  valPixels: number
}

/** What makes 0 of every statistic: the head then has the pooled features alone. */
const SILENT: Standard = { mean: STATISTICS.map(() => 0), deviation: STATISTICS.map(() => 1e30) }

/** Patches with the statistics and the truth of the images that they are of. */
interface OpinionBatch {
  /** Î in whole gray levels, shape `[count, side, side]`. */
  levels: Int8Array
  /** Shape `[count, STATISTICS.length]`. */
  statistics: Float32Array
  /** In units of 25 around 50. */
  truth: Float32Array
  /** For each set: what its patches were before they were distorted, where it has references. */
  references: (Int8Array | undefined)[]
}

/** Stage 2: f's pooled features and the statistics learn what the truths say. */
export class Finetune implements Stage<OpinionBatch> {
  readonly #orders: BatchOrder[]
  /**
   * The sets that say where on the scale a picture is; the others only rank their pictures. A full-reference judge is
   * absolute. Raters are not: they call a soft photograph good that nobody showed them sharp, and the network would have
   * to tell by whom a picture was rated before it could score it.
   */
  readonly #anchors: boolean[]
  readonly #referenced: boolean[]

  /** @throws Error when a set has no image to train on, or fewer than two to validate with */
  constructor(
    readonly network: Network,
    readonly shares: readonly Share[],
    readonly options: FinetuneOptions,
  ) {
    const judged = shares.some(({ store }) => store.header.truth === 'judge')
    this.#anchors = shares.map(({ store }) => !judged || store.header.truth === 'judge')
    this.#referenced = shares.map(({ store }) => hasReferences(store))
    this.#orders = shares.map(
      ({ store }) => new BatchOrder(trainable(store, options.side), `${options.seed}/${store.header.name}`),
    )
    for (const { store } of shares) {
      const found = store.of('val').length
      if (found < 2) {
        throw new Error(`Expected at least 2 images in the val split of ${store.folder} but found ${found}.`)
      }
    }
  }

  /** Sets the standards of statistics and pooled features from the train splits, each set with its share of a batch. */
  async standardise(): Promise<void> {
    const rows = this.shares.flatMap(({ store, patches }, s) => {
      const rng = random(`${this.options.seed}/standard`)
      const images = this.#orders[s]!.images
      return Array.from({ length: patches * 500 }, () => store.statisticsOf(images[Math.floor(rng() * images.length)]!))
    })
    this.network.standard = this.options.statistics === false ? SILENT : standardOf(rows)
    const pooled: Float32Array[] = []
    for (let step = 0; step < 16; step++) {
      const { levels, truth } = await this.batch(step)
      pooled.push(...this.#pooled(levels, truth.length))
    }
    // Of a channel that is nearly always dead, the rare exception would drown everything else.
    this.network.pooledStandard = standardOf(pooled, 0.02)
  }

  #pooled(levels: Int8Array, count: number): Float32Array[] {
    const { side } = this.options
    const { tf } = this.network
    const flat = tf.tidy(() =>
      tf.mean(this.network.features({ levels, count, width: side, height: side }), [1, 2]).dataSync<'float32'>(),
    )
    return Array.from({ length: count }, (_, i) =>
      flat.slice((i * flat.length) / count, ((i + 1) * flat.length) / count),
    )
  }

  async batch(step: number): Promise<OpinionBatch> {
    const { side, seed } = this.options
    const rng = random(`${seed}/step ${step}`)
    const count = this.shares.reduce((sum, { patches }) => sum + patches, 0)
    const levels = new Int8Array(count * side * side)
    const statistics = new Float32Array(count * STATISTICS.length)
    const truth = new Float32Array(count)
    let at = 0
    const references = this.shares.map(({ store, patches }, s) => {
      const references = this.#referenced[s] ? new Int8Array(patches * side * side) : undefined
      this.#orders[s]!.batch(step, patches).forEach((index, i) => {
        const image = store.images[index]!
        const place = drawPlace(image.width, image.height, side, rng)
        const patch = levels.subarray(at * side * side, (at + 1) * side * side)
        copyPatch(store.levels(index), image.width, place, patch)
        if (references) {
          const pristine = store.levels(image.reference ?? index)
          copyPatch(pristine, image.width, place, references.subarray(i * side * side, (i + 1) * side * side))
        }
        statistics.set(store.statisticsOf(index), at * STATISTICS.length)
        truth[at] = (image.quality! - QUALITY_CENTRE) / QUALITY_UNIT
        at++
      })
      return references
    })
    return { levels, statistics, truth, references }
  }

  loss({ levels, statistics, truth, references }: OpinionBatch): Scalar {
    const { side, correlationWeight, mapWeight } = this.options
    const { tf } = this.network
    const count = truth.length
    const features = this.network.features({ levels, count, width: side, height: side })
    const predicted = this.network.quality(features, statistics)
    const wanted = tf.tensor1d(truth)
    let loss = tf.scalar(0)
    let from = 0
    this.shares.forEach(({ patches }, s) => {
      // Correlation within a set: sets differ in what they call good.
      const [said, meant] = [tf.slice(predicted, from, patches), tf.slice(wanted, from, patches)]
      if (this.#anchors[s]) {
        const distance = tf.losses.huberLoss(meant, said, undefined, 0.5) as Scalar
        loss = tf.add(loss, tf.mul(distance, patches / count))
      }
      const correlation = pearson(this.network, said, meant)
      const share = (correlationWeight * patches) / count
      loss = tf.add(loss, tf.mul(tf.sub(1, correlation), share))
      const reference = references[s]
      if (reference) {
        const distorted = levels.subarray(from * side * side, (from + patches) * side * side)
        const { target, reliability } = mapTargets(this.network, reference, distorted, side, this.options.errorMap)
        const of = tf.slice(features, [from, 0, 0, 0], [patches, -1, -1, -1])
        loss = tf.add(loss, tf.mul(mapLoss(this.network, this.network.errorMap(of), target, reliability), mapWeight))
      }
      from += patches
    })
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

/** Whether every image has a reference or is one: the error map of any other is not known. */
function hasReferences({ images }: Store): boolean {
  const references = new Set(images.map(({ reference }) => reference))
  return references.size > 1 && images.every(({ reference }, i) => reference !== undefined || references.has(i))
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
