import { FEATURES } from '@diqa/core/model'
import type { Scalar } from '@tensorflow/tfjs-core'
import type { Network } from '../network/network.js'
import { random } from '../random.js'
import type { Stage } from '../run/train.js'
import type { Store } from '../store/store.js'
import { dropoutSeed, thinning } from './dropout.js'
import { opinionFigures, type Said } from './opinion-figures.js'
import { OpinionSource, type Opinions, type OpinionWeights, type Share } from './opinions.js'
import { standardOf } from './patches.js'
import { pooledFeatures } from './pooled.js'
import { assessPooled, inOne, rowsOf } from './predict.js'

export interface HeadTuningOptions extends OpinionWeights {
  seed: string
  /** Core's pixel budget for one of the two ways in which pictures are seen. */
  maxPixels: number
  /** Share of the hidden layer that a step leaves out, 0 to less than 1. */
  dropout: number
  /** Told, now and then, for how many pictures of a set f was run. */
  onProgress?: ((pictures: number, of: number, set: string) => void) | undefined
  /** Aborts the reading between two pictures. */
  signal?: AbortSignal | undefined
}

/** Whole pictures: what f says of them, and what is said of them. */
interface PictureBatch extends Opinions {
  /** Of each picture, shape `[FEATURES]`. */
  pooled: Float32Array[]
  /** Decides what of the hidden layer is left out. */
  seed: number
}

/** Pictures that are read between two words on how far it is. */
const PROGRESS = 500

/** Core sees a picture by some of its tiles, the busiest, or whole where it is small: heads have to bear both. */
export const VIEWS = ['sampled', 'whole'] as const

type View = (typeof VIEWS)[number]

/** A picture of a step, and how it is seen. */
interface Seen {
  picture: number
  view: View
}

/** Batches by whose features these are standardised. */
const STANDARD_BATCHES = 16

/**
 * Stage 3: the heads learn anew, from whole pictures, while f stays. In stage 2 it only ever saw a patch's features,
 * noisier than the means over a picture's tiles that it is asked about; and since f need run but once for each view of a
 * picture, a step with many times as many pictures takes a fraction of the time.
 *
 * Sets differ in what they show, and heads that tell whose picture it is could score each set by itself and know nothing of
 * any other. Whole photographs that we distorted ourselves must be among the sets: without them, noise in a photograph, which
 * was in no set, went unseen.
 */
export class HeadTuning implements Stage<PictureBatch> {
  readonly #source: OpinionSource
  /** For each share, by picture: shape `[VIEWS.length, FEATURES]`. */
  #pooled: Map<number, Float32Array>[] = []

  /** @throws Error when a set has fewer than two pictures to validate with, or parts of groups in a batch */
  constructor(
    readonly network: Network,
    readonly shares: readonly Share[],
    readonly options: HeadTuningOptions,
  ) {
    const images = shares.map(({ store }) => store.of('train'))
    this.#source = new OpinionSource(shares, images, options.seed)
  }

  /**
   * Runs f over the pictures of a set's train and val splits, by `maxPixels` and whole: minutes.
   *
   * @returns shape `[pictures, VIEWS.length, FEATURES]`: what {@link remember} takes, of each set
   */
  async read(share: number): Promise<Float32Array> {
    const { network, options } = this
    const { store } = this.shares[share]!
    const wanted = looked(store)
    const rows: Float32Array[] = []
    for (let from = 0; from < wanted.length; from += PROGRESS) {
      const images = wanted.slice(from, from + PROGRESS)
      const sampled = await pooledFeatures(network, store, images, options)
      const large = images.filter((image) => pixelsOf(store, image) > options.maxPixels)
      const seen = await pooledFeatures(network, store, large, { ...options, maxPixels: Number.POSITIVE_INFINITY })
      const whole = new Map(large.map((image, i) => [image, seen[i]!]))
      for (const [i, image] of images.entries()) rows.push(sampled[i]!, whole.get(image) ?? sampled[i]!)
      options.onProgress?.(from + images.length, wanted.length, store.header.name)
    }
    return inOne(rows)
  }

  /** @param features what {@link read} gave for each set, now or in an earlier run of the same f */
  remember(features: readonly Float32Array[]): void {
    const width = VIEWS.length * FEATURES
    this.#pooled = this.shares.map(
      ({ store }, s) =>
        new Map(looked(store).map((picture, i) => [picture, features[s]!.subarray(i * width, (i + 1) * width)])),
    )
  }

  /** Sets the network's standards by what is read: heads that start from nothing listen to all numbers alike. */
  standardise(): void {
    this.network.standard = this.#source.standard()
    const steps = Array.from({ length: STANDARD_BATCHES }, (_, step) => this.#pictures(step))
    this.network.pooledStandard = standardOf(steps.flatMap((pictures) => this.#features(pictures)))
  }

  #of(share: number, { picture, view }: Seen): Float32Array {
    const at = VIEWS.indexOf(view) * FEATURES
    return this.#pooled[share]!.get(picture)!.subarray(at, at + FEATURES)
  }

  async batch(step: number): Promise<PictureBatch> {
    const pictures = this.#pictures(step)
    const seed = dropoutSeed(this.options.seed, step)
    const shown = pictures.map((seen) => seen.map(({ picture }) => picture))
    return { pooled: this.#features(pictures), seed, ...this.#source.opinions(shown) }
  }

  /** Each share's pictures of a step. All versions of one are seen alike. */
  #pictures(step: number): Seen[][] {
    const rng = random(`${this.options.seed}/step ${step}`)
    return this.shares.map((_, s) =>
      this.#source.firsts(s, step).flatMap((first) => {
        const together = this.#source.together(s, first, rng)
        const view = VIEWS[Math.floor(rng() * VIEWS.length)]!
        return together.map((picture) => ({ picture, view }))
      }),
    )
  }

  #features(pictures: readonly Seen[][]): Float32Array[] {
    return pictures.flatMap((drawn, s) => drawn.map((seen) => this.#of(s, seen)))
  }

  loss(batch: PictureBatch): Scalar {
    const thinned = thinning(this.network.tf, this.options.dropout, batch.seed)
    const heads = this.network.heads(rowsOf(this.network, batch.pooled), batch.statistics, thinned)
    return this.#source.loss(this.network, heads, batch, this.options)
  }

  /** Figures of what is seen by `maxPixels`, the SRCC of larger pictures seen whole, and as the score the mean of both ways. */
  async validate(): Promise<{ score: number } & Record<string, number>> {
    const sampled = opinionFigures(await this.#said('sampled'))
    const whole = opinionFigures(await this.#said('whole'))
    const figures: { score: number } & Record<string, number> = {
      ...sampled,
      score: (sampled.score + whole.score) / VIEWS.length,
    }
    for (const { store } of this.shares) {
      if (!store.of('val').some((picture) => pixelsOf(store, picture) > this.options.maxPixels)) continue
      const name = `SRCC ${store.header.name}`
      figures[`${name} seen whole`] = whole[name]!
    }
    return figures
  }

  /** What the heads say of the val pictures. */
  async #said(view: View): Promise<Said[]> {
    const said: Said[] = []
    for (const [s, { store }] of this.shares.entries()) {
      const images = store.of('val')
      const pooled = images.map((picture) => this.#of(s, { picture, view }))
      const predictions = (await assessPooled(this.network, store, images, pooled)).map(({ quality }) => quality)
      said.push({ store, images, predictions })
    }
    return said
  }
}

/** The pictures of a set that f is run over, in this order. */
function looked(store: Store): number[] {
  return [...store.of('train'), ...store.of('val')]
}

function pixelsOf(store: Store, image: number): number {
  const { width, height } = store.images[image]!
  return width * height
}
