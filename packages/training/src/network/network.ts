import {
  errorMap,
  GRAY_LEVELS_PER_UNIT,
  type Heads,
  HIDDEN,
  heads,
  STATISTICS,
  type Tensors,
  tensorShapes,
} from '@diqa/core/model'
import type { Tensor2D, Tensor4D, Variable } from '@tensorflow/tfjs-core'
import { readArrays } from '../optimise/state.js'
import { normal, random } from '../random.js'
import type { TensorFlow } from '../tensorflow.js'
import { type FeatureMap, fastFeatures, type Precision } from './fast-features.js'
import { UNCHANGED } from './pooled-standard.js'

/** Mean and deviation of each of some numbers over the training images. */
export interface Standard {
  mean: number[]
  deviation: number[]
}

/** Patches as the loaders make them. */
export interface Patches {
  /** Î in whole gray levels, shape `[count, height, width]`. */
  levels: Int8Array
  count: number
  height: number
  width: number
}

/** The network's quality of 0 is 50 on the scale of 0 to 100, and 1 is 25 more: numbers near what a new head gives. */
export const QUALITY_CENTRE = 50
export const QUALITY_UNIT = 25

/** The model that core runs, with weights that can be trained. */
export class Network {
  readonly variables: Record<string, Variable> = {}
  standard: Standard = { mean: STATISTICS.map(() => 0), deviation: STATISTICS.map(() => 1) }
  /**
   * Mean and deviation of the pooled features when stage 2 began. Stage 1 leaves features that hardly differ between
   * pictures (deviation 0.1 beside the statistics' 1), and the head was slow to listen to them.
   */
  pooledStandard: Standard = UNCHANGED
  readonly #features: FeatureMap

  /**
   * Starts from He's normal initialisation (He et al., ICCV 2015), drawn by the seed; the last layers start at 0.
   *
   * @param hidden the width of the head's hidden layer
   */
  constructor(
    readonly tf: TensorFlow,
    seed: number | string,
    precision: Precision = 'float32',
    hidden = HIDDEN,
  ) {
    this.#features = fastFeatures(tf, precision)
    for (const [name, shape] of Object.entries(tensorShapes(STATISTICS.length, hidden))) {
      const rng = random(`${seed}/${name}`)
      const size = shape.reduce((a, b) => a * b)
      const inputs = size / shape.at(-1)!
      const zero = name.endsWith('/bias') || /^(quality|fault|error)\/kernel$/.test(name)
      const values = Float32Array.from({ length: size }, () => (zero ? 0 : normal(rng) * Math.sqrt(2 / inputs)))
      this.variables[name] = tf.tidy(() => tf.variable(tf.tensor(values, shape), true))
    }
  }

  /** f(.): the feature map of patches. */
  features(patches: Patches): Tensor4D {
    const { tf } = this
    const shape: [number, number, number, number] = [patches.count, patches.height, patches.width, 1]
    // A plain loop: Float32Array.from with a function took 19 ms of a step's 270.
    const units = new Float32Array(patches.levels.length)
    for (let i = 0; i < units.length; i++) units[i] = patches.levels[i]! / GRAY_LEVELS_PER_UNIT
    return this.#features(this.variables, tf.tensor4d(units, shape))
  }

  /** g(.), shape `[count, height / 4, width / 4, 1]`. */
  errorMap(features: Tensor4D): Tensor4D {
    return errorMap(this.tf, this.variables, features)
  }

  /**
   * Quality before calibration, in units of 25 around 50, and the logits of the faults.
   *
   * @param pooled means over the feature maps, shape `[count, 128]`
   * @param statistics shape `[count, STATISTICS.length]`, not standardised
   * @param thinned what is done to the hidden layer, shape `[count, hidden]`
   */
  heads(pooled: Tensor2D, statistics: Float32Array, thinned?: (hidden: Tensor2D) => Tensor2D): Heads {
    const raw = this.tf.tensor2d(statistics, [pooled.shape[0], STATISTICS.length])
    const [features, numbers] = [
      this.#standardised(pooled, this.pooledStandard),
      this.#standardised(raw, this.standard),
    ]
    return heads(this.tf, this.variables, features, numbers, thinned)
  }

  #standardised(rows: Tensor2D, { mean, deviation }: Standard): Tensor2D {
    const { tf } = this
    return tf.div(tf.sub(rows, tf.tensor1d(mean)), tf.tensor1d(deviation))
  }

  /** A copy of all weights. */
  weights(): Promise<Tensors> {
    return readArrays(this.variables)
  }

  /** Takes the weights that are given; the others stay. */
  assign(weights: Tensors): void {
    for (const [name, variable] of Object.entries(this.variables)) {
      const values = weights[name]
      if (!values) continue
      if (values.length !== variable.size) {
        throw new Error(`Expected ${variable.size} numbers for the weights "${name}", received ${values.length}.`)
      }
      this.tf.tidy(() => variable.assign(this.tf.tensor(values, variable.shape)))
    }
  }
}
