import type { TensorFlow } from '../tensorflow.js'
import { Optimiser, type OptimiserOptions, type StepWeights } from './optimiser.js'
import type { NamedVariables } from './state.js'

/** What {@link Nadam} knows beside the common options. */
export interface NadamOptions extends OptimiserOptions {
  /**
   * How fast the momentum grows from half of `beta1` to `beta1`. 0.004 is Dozat's, Keras 2's and PyTorch's (half way
   * after about 4,000 steps); Keras 3 has 1 (after about 17).
   * @default 0.004
   */
  momentumDecay?: number | undefined
}

/**
 * Adam with Nesterov's momentum (Dozat, "Incorporating Nesterov Momentum into Adam", ICLR 2016 workshop), the
 * optimiser of the paper. At step t the momentum is u(t) = beta1 * (1 - 0.5 * 0.96^(t * momentumDecay)), and each step
 * looks ahead by u(t + 1).
 */
export class Nadam extends Optimiser {
  readonly #momentumDecay: number
  /** Product of all momenta up to a step; a restored run computes it again, in the same order. */
  #product = { step: 0, value: 1 }

  /** @throws Error when an option is out of range */
  constructor(tf: TensorFlow, variables: NamedVariables, options: NadamOptions = {}) {
    super(tf, variables, options)
    const { momentumDecay = 0.004 } = options
    if (!(momentumDecay >= 0)) {
      throw new Error(`Expected a number of 0 or above for the optimiser's momentumDecay, received ${momentumDecay}.`)
    }
    this.#momentumDecay = momentumDecay
  }

  #momentum(step: number): number {
    return this.beta1 * (1 - 0.5 * 0.96 ** (step * this.#momentumDecay))
  }

  #momentumProduct(step: number): number {
    if (this.#product.step > step) this.#product = { step: 0, value: 1 }
    while (this.#product.step < step) this.#product.value *= this.#momentum(++this.#product.step)
    return this.#product.value
  }

  protected override stepWeights(step: number): StepWeights {
    const now = this.#momentum(step)
    const next = this.#momentum(step + 1)
    const product = this.#momentumProduct(step)
    return { mean: next / (1 - product * next), gradient: (1 - now) / (1 - product) }
  }
}
