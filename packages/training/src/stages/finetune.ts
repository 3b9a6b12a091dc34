import { FEATURES, STATISTICS, type Tensors } from '@diqa/core/model'
import type { Scalar, Tensor2D, Tensor4D } from '@tensorflow/tfjs-core'
import type { Network, Standard } from '../network/network.js'
import { UNCHANGED } from '../network/pooled-standard.js'
import { restandardised } from '../network/restandardised.js'
import { numbersOf } from '../numbers-of.js'
import { random } from '../random.js'
import type { Stage } from '../run/train.js'
import { dropoutSeed, thinning } from './dropout.js'
import type { ErrorMapOptions } from './error-target.js'
import { mapFigures } from './map-figures.js'
import { mapLoss, mapTargets } from './map-loss.js'
import { opinionFigures, type Said } from './opinion-figures.js'
import { OpinionSource, type Opinions, type OpinionWeights, type Share } from './opinions.js'
import { StoredPairs } from './pairs.js'
import { copyPatch, drawBusyPlace, everyNth, standardOf, trainable } from './patches.js'
import { predict } from './predict.js'

export interface FinetuneOptions extends OpinionWeights {
  /** Pixels along a side of a patch, a multiple of 8. */
  side: number
  /** Patches of each picture, whose features' means the heads see. Core means over tiles: one patch is noisier. @default 1 */
  patches?: number | undefined
  /** Share of the hidden layer that a step leaves out, 0 to less than 1. @default 0 */
  dropout?: number | undefined
  seed: string
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

/** Of a channel that is nearly always dead, the rare exception would drown everything else. */
const LEAST_POOLED_DEVIATION = 0.02

/** Patches with what is said of the images that they are of. */
interface PatchBatch extends Opinions {
  /** Î in whole gray levels, shape `[pictures, patches, side, side]`. */
  levels: Int8Array
  /** For each set: what its patches were before they were distorted, where it has references. */
  references: (Int8Array | undefined)[]
  /** Decides what of the hidden layer is left out. */
  seed: number
}

/** Stage 2: f's pooled features and the statistics learn what the truths say. */
export class Finetune implements Stage<PatchBatch> {
  readonly #source: OpinionSource
  readonly #patches: number

  /** @throws Error when a set has no image to train on, fewer than two to validate with, or parts of groups in a batch */
  constructor(
    readonly network: Network,
    readonly shares: readonly Share[],
    readonly options: FinetuneOptions,
  ) {
    const images = shares.map(({ store }) => trainable(store, options.side))
    this.#source = new OpinionSource(shares, images, options.seed)
    this.#patches = options.patches ?? 1
  }

  /** Sets the standards of statistics and pooled features from the train splits, each set with its share of a batch. */
  async standardise(): Promise<void> {
    const { network, options } = this
    network.standard = options.statistics === false ? SILENT : this.#source.standard()
    network.pooledStandard = await this.#pooledStandard()
  }

  /** In place of {@link standardise}: f goes on with its heads, whatever they were standardised by. */
  async goOn({ weights, standard }: { weights: Tensors; standard: Standard }): Promise<void> {
    const { network } = this
    network.assign(weights)
    network.standard = standard
    network.pooledStandard = await this.#pooledStandard()
    network.assign(restandardised(weights, 0, UNCHANGED, network.pooledStandard))
  }

  async #pooledStandard(): Promise<Standard> {
    const rows: Float32Array[] = []
    for (let step = 0; step < 16; step++) {
      const { levels } = await this.batch(step)
      const [flat] = await numbersOf(this.network.tf, () => [this.#pooled(this.#features(levels))])
      for (let at = 0; at < flat!.length; at += FEATURES) rows.push(flat!.slice(at, at + FEATURES))
    }
    return standardOf(rows, LEAST_POOLED_DEVIATION)
  }

  #features(levels: Int8Array): Tensor4D {
    const { side } = this.options
    return this.network.features({ levels, count: this.#source.count * this.#patches, width: side, height: side })
  }

  /** @returns shape `[pictures, FEATURES]` */
  #pooled(features: Tensor4D): Tensor2D {
    const { tf } = this.network
    const means = tf.mean(features, [1, 2])
    return tf.mean(tf.reshape(means, [this.#source.count, this.#patches, FEATURES]), 1)
  }

  async batch(step: number): Promise<PatchBatch> {
    const { side, seed } = this.options
    const source = this.#source
    const rng = random(`${seed}/step ${step}`)
    const pixels = side * side
    const levels = new Int8Array(source.count * this.#patches * pixels)
    const pictures: number[][] = []
    let at = 0
    const references = this.shares.map(({ store, perBatch }, s) => {
      const references = source.inVersions(s) ? new Int8Array(perBatch * this.#patches * pixels) : undefined
      const patch = (batch: Int8Array, i: number) => batch.subarray(i * pixels, (i + 1) * pixels)
      const drawn: number[] = []
      let referenced = 0
      // Versions of one picture lie side by side in the batch, and show the same places.
      for (const first of source.firsts(s, step)) {
        const pristine = store.levels(first)
        const image = store.images[first]!
        const places = Array.from({ length: this.#patches }, () => drawBusyPlace(pristine, image, side, rng))
        for (const index of source.together(s, first, rng)) {
          const version = index === first ? pristine : store.levels(index)
          for (const place of places) {
            copyPatch(version, image.width, place, patch(levels, at++))
            if (references) copyPatch(pristine, image.width, place, patch(references, referenced++))
          }
          drawn.push(index)
        }
      }
      pictures.push(drawn)
      return references
    })
    return { levels, references, seed: dropoutSeed(seed, step), ...source.opinions(pictures) }
  }

  loss(batch: PatchBatch): Scalar {
    const { side, mapWeight, errorMap, dropout } = this.options
    const { levels, references, statistics } = batch
    const { tf } = this.network
    const features = this.#features(levels)
    const heads = this.network.heads(this.#pooled(features), statistics, thinning(tf, dropout, batch.seed))
    let loss = this.#source.loss(this.network, heads, batch, this.options)
    const parts = this.#perSet(features)
    let from = 0
    this.shares.forEach(({ perBatch }, s) => {
      const reference = references[s]
      const many = perBatch * this.#patches
      if (reference) {
        const distorted = levels.subarray(from * side * side, (from + many) * side * side)
        const { target, reliability } = mapTargets(this.network, reference, distorted, side, errorMap)
        const map = this.network.errorMap(parts[s]!)
        loss = tf.add(loss, tf.mul(mapLoss(this.network, map, target, reliability), mapWeight))
      }
      from += many
    })
    return loss
  }

  /**
   * The sets' parts of a batch, cut at once: the gradient of a slice is as large as the whole, mostly zeros, and those of all
   * sets would be added up. (TensorFlow.js has none for a split into one.)
   */
  #perSet(features: Tensor4D): Tensor4D[] {
    const sizes = this.shares.map(({ perBatch }) => perBatch * this.#patches)
    return sizes.length === 1 ? [features] : (this.network.tf.split(features, sizes) as Tensor4D[])
  }

  async validate(): Promise<{ score: number } & Record<string, number>> {
    const { side, seed, errorMap, valImages, valPixels } = this.options
    const said: Said[] = []
    const maps: Record<string, number> = {}
    for (const [s, { store, perBatch }] of this.shares.entries()) {
      const images = everyNth(store.of('val'), valImages)
      said.push({ store, images, predictions: await predict(this.network, store, images, { maxPixels: valPixels }) })
      if (this.#source.inVersions(s)) {
        const pairs = new StoredPairs(store, seed, side)
        const figures = await mapFigures(this.network, pairs, { side, batch: perBatch, errorMap })
        for (const [figure, value] of Object.entries(figures)) maps[`${figure} ${store.header.name}`] = value
      }
    }
    return { ...opinionFigures(said), ...maps }
  }
}
