import { FAULTS, type Heads, STATISTICS } from '@diqa/core/model'
import type { Scalar, Tensor1D, Tensor2D, Tensor3D } from '@tensorflow/tfjs-core'
import { faultOf } from '../distort/fault.js'
import { type Network, QUALITY_CENTRE, QUALITY_UNIT, type Standard } from '../network/network.js'
import { random, shuffle } from '../random.js'
import type { Store } from '../store/store.js'
import { BatchOrder, standardOf } from './patches.js'
import { SIBLINGS, siblings } from './siblings.js'

/** A prepared set and its part of every batch. */
export interface Share {
  store: Store
  /** Patches, or pictures, of a batch that come from it; of a set with references, a multiple of {@link SIBLINGS}. */
  perBatch: number
}

/** What a batch's patches, or pictures, are said to be worth. */
export interface Opinions {
  /** Of the whole images, shape `[count, STATISTICS.length]`. */
  statistics: Float32Array
  /** In units of 25 around 50. */
  truth: Float32Array
  /** Indices into FAULTS, or −1. */
  faults: Int32Array
}

export interface OpinionWeights {
  /** Weight of 1 − PLCC beside the Huber loss. */
  correlationWeight: number
  /** Weight of the loss on differences between versions of one picture. */
  siblingWeight: number
  /** Weight of the loss on which of two versions of one picture is better. */
  orderWeight: number
  /** Weight of the fault head's cross entropy. */
  faultWeight: number
  /**
   * How much the sets of opinions weigh in saying where on the scale a picture is, where a judge's are there too; they
   * rank their pictures in full. A full-reference judge is absolute. Raters are not: they call a soft photograph good
   * that nobody showed them sharp, and the network would have to tell by whom a picture was rated before it could score it.
   */
  opinionAnchor: number
}

/** What the truths of some prepared sets have a network learn: which pictures a step sees, and how wrong its heads are. */
export class OpinionSource {
  readonly count: number
  readonly #orders: BatchOrder[]
  /** Whether each set's truths are opinions, beside another's of a judge. */
  readonly #outvoted: boolean[]
  /** For each set with references: its pictures by their undistorted one. */
  readonly #siblings: (Map<number, number[]> | undefined)[]

  /**
   * @param images for each share, the pictures to train on
   * @throws Error when a set has fewer than two pictures to validate with, or parts of groups in a batch
   */
  constructor(
    readonly shares: readonly Share[],
    readonly images: readonly number[][],
    readonly seed: string,
  ) {
    const judged = shares.some(({ store }) => store.header.truth === 'judge')
    this.count = shares.reduce((sum, { perBatch }) => sum + perBatch, 0)
    this.#outvoted = shares.map(({ store }) => judged && store.header.truth !== 'judge')
    this.#siblings = shares.map(({ store }, s) => siblings(store, images[s]!))
    this.#orders = shares.map(
      ({ store }, s) => new BatchOrder([...(this.#siblings[s]?.keys() ?? images[s]!)], `${seed}/${store.header.name}`),
    )
    for (const [s, { store, perBatch }] of shares.entries()) {
      const found = store.of('val').length
      if (found < 2) {
        throw new Error(`Expected at least 2 images in the val split of ${store.folder} but found ${found}.`)
      }
      if (this.#siblings[s] && perBatch % SIBLINGS !== 0) {
        throw new Error(
          `Expected a multiple of ${SIBLINGS} for the patches of ${store.folder}, whose pictures come in versions, but received ${perBatch}.`,
        )
      }
    }
  }

  /** Whether the pictures of a share come in versions of one another. */
  inVersions(share: number): boolean {
    return this.#siblings[share] !== undefined
  }

  /** A share's pictures of a step; of those that come in versions, the first of each. */
  firsts(share: number, step: number): number[] {
    const { perBatch } = this.shares[share]!
    return this.#orders[share]!.batch(step, this.inVersions(share) ? perBatch / SIBLINGS : perBatch)
  }

  /** What lies side by side in a batch: some versions of a picture, or one alone. */
  together(share: number, first: number, rng: () => number): number[] {
    const group = this.#siblings[share]?.get(first)
    return group ? shuffle(group, rng).slice(0, SIBLINGS) : [first]
  }

  /** @param pictures each share's pictures of a batch, as {@link together} gave them */
  opinions(pictures: readonly number[][]): Opinions {
    const statistics = new Float32Array(this.count * STATISTICS.length)
    const truth = new Float32Array(this.count)
    const faults = new Int32Array(this.count)
    let at = 0
    for (const [s, { store }] of this.shares.entries()) {
      for (const index of pictures[s]!) {
        const image = store.images[index]!
        statistics.set(store.statisticsOf(index), at * STATISTICS.length)
        truth[at] = (image.quality! - QUALITY_CENTRE) / QUALITY_UNIT
        faults[at++] = this.inVersions(s) ? faultOf(image) : -1
      }
    }
    return { statistics, truth, faults }
  }

  /** Mean and deviation of the statistics of the pictures to train on, each set with its share of a batch. */
  standard(): Standard {
    const rows = this.shares.flatMap(({ store, perBatch }, s) => {
      const rng = random(`${this.seed}/standard`)
      const images = this.images[s]!
      return Array.from({ length: perBatch * 500 }, () =>
        store.statisticsOf(images[Math.floor(rng() * images.length)]!),
      )
    })
    return standardOf(rows)
  }

  /** How far the heads are from the truths of a batch. */
  loss(network: Network, heads: Heads, { truth, faults }: Opinions, weights: OpinionWeights): Scalar {
    const { tf } = network
    const predicted = tf.reshape(heads.quality, [-1]) as Tensor1D
    const wanted = tf.tensor1d(truth)
    let loss = tf.mul(faultLoss(network, heads.faults, faults), weights.faultWeight) as Scalar
    let from = 0
    this.shares.forEach(({ perBatch }, s) => {
      // Correlation within a set: sets differ in what they call good.
      const [said, meant] = [tf.slice(predicted, from, perBatch), tf.slice(wanted, from, perBatch)]
      const share = perBatch / this.count
      const distance = tf.losses.huberLoss(meant, said, undefined, 0.5) as Scalar
      loss = tf.add(loss, tf.mul(distance, share * (this.#outvoted[s] ? weights.opinionAnchor : 1)))
      const correlation = pearson(network, said, meant)
      loss = tf.add(loss, tf.mul(tf.sub(1, correlation), weights.correlationWeight * share))
      if (this.inVersions(s)) {
        const [saidApart, meantApart] = [apart(network, said), apart(network, meant)]
        const siblingLoss = tf.losses.huberLoss(meantApart, saidApart, undefined, 0.5) as Scalar
        loss = tf.add(loss, tf.mul(siblingLoss, weights.siblingWeight * share))
        loss = tf.add(loss, tf.mul(orderLoss(network, saidApart, meantApart), weights.orderWeight * share))
      }
      from += perBatch
    })
    return loss
  }
}

/**
 * Differences between versions of one picture: what the picture shows cancels out, and what is left is how much worse one
 * version is than another. Shape `[pictures, SIBLINGS, SIBLINGS]`.
 */
function apart({ tf }: Network, values: Tensor1D): Tensor3D {
  const groups = tf.reshape(values, [-1, SIBLINGS])
  return tf.sub(tf.expandDims(groups, 1), tf.expandDims(groups, 2))
}

/** Versions whose truths differ by less are alike to the judge, who measures no closer: a point of 100. */
const ALIKE = 1 / QUALITY_UNIT

/** How far on the wrong side of each other, in scores, two versions are before that costs in proportion: two points of 100. */
const SOFTNESS = 2 / QUALITY_UNIT

/**
 * Logistic loss of the order: near the top of the scale versions differ by little, and the Huber loss of so little weighs
 * next to nothing.
 *
 * Source: RankNet, Burges and others, ICML 2005.
 */
function orderLoss({ tf }: Network, said: Tensor3D, meant: Tensor3D): Scalar {
  const order = tf.sign(meant)
  const counts = tf.cast(tf.greater(tf.abs(meant), ALIKE), 'float32')
  const wrong = tf.mul(tf.softplus(tf.div(tf.neg(tf.mul(order, said)), SOFTNESS)), SOFTNESS)
  return tf.div(tf.sum(tf.mul(wrong, counts)), tf.add(tf.sum(counts), 1e-6))
}

/** Mean cross entropy over what has a known fault. */
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
