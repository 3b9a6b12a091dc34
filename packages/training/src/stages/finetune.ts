import { FAULTS, STATISTICS } from '@diqa/core/model'
import type { Scalar, Tensor1D, Tensor2D } from '@tensorflow/tfjs-core'
import { faultOf } from '../distort/fault.js'
import { plcc } from '../measure/plcc.js'
import { srcc } from '../measure/srcc.js'
import { type Network, QUALITY_CENTRE, QUALITY_UNIT, type Standard } from '../network/network.js'
import { random, shuffle } from '../random.js'
import type { Stage } from '../run/train.js'
import type { Store } from '../store/store.js'
import type { ErrorMapOptions } from './error-target.js'
import { mapFigures } from './map-figures.js'
import { mapLoss, mapTargets } from './map-loss.js'
import { StoredPairs } from './pairs.js'
import { BatchOrder, copyPatch, drawBusyPlace, everyNth, standardOf, trainable } from './patches.js'
import { predict } from './predict.js'
import { SIBLINGS, siblings } from './siblings.js'

/** A prepared set and its part of every batch. */
export interface Share {
  store: Store
  /** Patches of a batch that come from it; of a set with references, a multiple of {@link SIBLINGS}. */
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
  /** Weight of the loss on differences between versions of one picture. */
  siblingWeight: number
  /** Weight of the fault head's cross entropy. */
  faultWeight: number
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
  /** Indices into FAULTS, or −1. */
  faults: Int32Array
  /** For each set: what its patches were before they were distorted, where it has references. */
  references: (Int8Array | undefined)[]
}

/**
 * How much the sets of opinions weigh in saying where on the scale a picture is, where a judge's are there too; they rank
 * their pictures in full. A full-reference judge is absolute. Raters are not: they call a soft photograph good that
 * nobody showed them sharp, and the network would have to tell by whom a picture was rated before it could score it.
 */
const OPINION_ANCHOR = 0.25

/** Stage 2: f's pooled features and the statistics learn what the truths say. */
export class Finetune implements Stage<OpinionBatch> {
  readonly #orders: BatchOrder[]
  readonly #anchors: number[]
  /** For each set: indices of the pictures to train on. */
  readonly #images: number[][]
  /** For each set with references: its pictures by their undistorted one. */
  readonly #siblings: (Map<number, number[]> | undefined)[]

  /** @throws Error when a set has no image to train on, fewer than two to validate with, or parts of groups in a batch */
  constructor(
    readonly network: Network,
    readonly shares: readonly Share[],
    readonly options: FinetuneOptions,
  ) {
    const judged = shares.some(({ store }) => store.header.truth === 'judge')
    this.#anchors = shares.map(({ store }) => (judged && store.header.truth !== 'judge' ? OPINION_ANCHOR : 1))
    this.#images = shares.map(({ store }) => trainable(store, options.side))
    this.#siblings = shares.map(({ store }, s) => siblings(store, this.#images[s]!))
    this.#orders = shares.map(
      ({ store }, s) =>
        new BatchOrder([...(this.#siblings[s]?.keys() ?? this.#images[s]!)], `${options.seed}/${store.header.name}`),
    )
    for (const [s, { store, patches }] of shares.entries()) {
      const found = store.of('val').length
      if (found < 2) {
        throw new Error(`Expected at least 2 images in the val split of ${store.folder} but found ${found}.`)
      }
      if (this.#siblings[s] && patches % SIBLINGS !== 0) {
        throw new Error(
          `Expected a multiple of ${SIBLINGS} for the patches of ${store.folder}, whose pictures come in versions, but received ${patches}.`,
        )
      }
    }
  }

  /** Sets the standards of statistics and pooled features from the train splits, each set with its share of a batch. */
  async standardise(): Promise<void> {
    const rows = this.shares.flatMap(({ store, patches }, s) => {
      const rng = random(`${this.options.seed}/standard`)
      const images = this.#images[s]!
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
    const faults = new Int32Array(count)
    let at = 0
    const references = this.shares.map(({ store, patches }, s) => {
      const from = at
      const groups = this.#siblings[s]
      const references = groups && new Int8Array(patches * side * side)
      // Versions of one picture lie side by side in the batch, and show the same place.
      for (const first of this.#orders[s]!.batch(step, groups ? patches / SIBLINGS : patches)) {
        const pristine = store.levels(first)
        const place = drawBusyPlace(pristine, store.images[first]!, side, rng)
        for (const index of groups ? shuffle(groups.get(first)!, rng).slice(0, SIBLINGS) : [first]) {
          const image = store.images[index]!
          const patch = (batch: Int8Array, i: number) => batch.subarray(i * side * side, (i + 1) * side * side)
          copyPatch(index === first ? pristine : store.levels(index), image.width, place, patch(levels, at))
          if (references) copyPatch(pristine, image.width, place, patch(references, at - from))
          statistics.set(store.statisticsOf(index), at * STATISTICS.length)
          truth[at] = (image.quality! - QUALITY_CENTRE) / QUALITY_UNIT
          faults[at] = groups ? faultOf(image) : -1
          at++
        }
      }
      return references
    })
    return { levels, statistics, truth, faults, references }
  }

  loss({ levels, statistics, truth, faults, references }: OpinionBatch): Scalar {
    const { side, correlationWeight, mapWeight, siblingWeight, faultWeight } = this.options
    const { tf } = this.network
    const count = truth.length
    const features = this.network.features({ levels, count, width: side, height: side })
    const heads = this.network.heads(tf.mean(features, [1, 2]) as Tensor2D, statistics)
    const predicted = tf.reshape(heads.quality, [-1]) as Tensor1D
    const wanted = tf.tensor1d(truth)
    let loss = tf.mul(faultLoss(this.network, heads.faults, faults), faultWeight) as Scalar
    let from = 0
    this.shares.forEach(({ patches }, s) => {
      // Correlation within a set: sets differ in what they call good.
      const [said, meant] = [tf.slice(predicted, from, patches), tf.slice(wanted, from, patches)]
      const share = patches / count
      const distance = tf.losses.huberLoss(meant, said, undefined, 0.5) as Scalar
      loss = tf.add(loss, tf.mul(distance, share * this.#anchors[s]!))
      const correlation = pearson(this.network, said, meant)
      loss = tf.add(loss, tf.mul(tf.sub(1, correlation), correlationWeight * share))
      const reference = references[s]
      if (reference) {
        loss = tf.add(loss, tf.mul(siblingLoss(this.network, said, meant), siblingWeight * share))
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
    for (const [s, { store, patches }] of this.shares.entries()) {
      const { name } = store.header
      const images = everyNth(store.of('val'), this.options.valImages)
      const predictions = await predict(this.network, store, images, { maxPixels: this.options.valPixels })
      const truth = images.map((i) => store.images[i]!.quality!)
      figures[`SRCC ${name}`] = srcc(predictions, truth)
      figures[`PLCC ${name}`] = plcc(predictions, truth)
      score += figures[`SRCC ${name}`]!
      if (this.#siblings[s]) {
        const { side, seed, errorMap } = this.options
        const pairs = new StoredPairs(store, seed, side)
        Object.assign(figures, await mapFigures(this.network, pairs, { side, batch: patches, errorMap }))
      }
    }
    return { score: score / this.shares.length, ...figures }
  }
}

/**
 * Huber loss of the differences between versions of one picture: what the picture shows cancels out, and what is left is
 * how much worse one version is than another.
 */
function siblingLoss({ tf }: Network, said: Tensor1D, meant: Tensor1D): Scalar {
  const differences = (values: Tensor1D) => {
    const groups = tf.reshape(values, [-1, SIBLINGS])
    return tf.sub(tf.expandDims(groups, 1), tf.expandDims(groups, 2))
  }
  return tf.losses.huberLoss(differences(meant), differences(said), undefined, 0.5) as Scalar
}

/** Mean cross entropy over the patches whose fault is known. */
function faultLoss({ tf }: Network, logits: Tensor2D, faults: Int32Array): Scalar {
  const known = tf.tensor1d(Array.from(faults, (fault) => (fault < 0 ? 0 : 1)))
  const wanted = tf.oneHot(tf.tensor1d(faults, 'int32'), FAULTS.length)
  const entropy = tf.neg(tf.sum(tf.mul(wanted, tf.logSoftmax(logits)), 1))
  return tf.div(tf.sum(tf.mul(entropy, known)), tf.add(tf.sum(known), 1e-6))
}

function pearson({ tf }: Network, a: Tensor1D, b: Tensor1D): Scalar {
  const [x, y] = [tf.sub(a, tf.mean(a)), tf.sub(b, tf.mean(b))]
  const scale = tf.sqrt(tf.add(tf.mul(tf.sum(tf.square(x)), tf.sum(tf.square(y))), 1e-6))
  return tf.div(tf.sum(tf.mul(x, y)), scale)
}
