import type { NamedTensorMap, Scalar, Tensor, Variable } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../tensorflow.js'
import { type NamedArrays, type NamedVariables, readArrays, takeArray } from './state.js'

/** The steps were too large for what is trained. */
export class Diverged extends Error {
  override name = 'Diverged'
}

/** What {@link Optimiser}s have in common. */
export interface OptimiserOptions {
  /** Step size, above 0; may be set anew before every step. @default 2e-4, the paper's */
  learningRate?: number | undefined
  /** Decay of the mean of the gradients, in [0, 1). @default 0.9 */
  beta1?: number | undefined
  /** Decay of the mean of the squared gradients, in [0, 1). @default 0.999 */
  beta2?: number | undefined
  /** Added to the divisor. @default 1e-7, as in Keras */
  epsilon?: number | undefined
  /**
   * Decoupled weight decay (Loshchilov and Hutter, ICLR 2019): each step first takes `learningRate * weightDecay` of
   * a weight away. Only from matrices and filters: biases (rank 1) are left alone.
   * @default 0
   */
  weightDecay?: number | undefined
  /** Gradients are scaled down together when the norm of all of them is larger. @default none */
  clipNorm?: number | undefined
}

interface Moments {
  variable: Variable
  /** Running mean of the gradient. */
  first: Variable
  /** Running mean of its square. */
  second: Variable
}

/** How much of the mean gradient and of the gradient at hand goes into a step; both correct the start from zero. */
export interface StepWeights {
  mean: number
  gradient: number
}

/**
 * Adam and its relatives. TensorFlow.js has an Adam, without Nesterov's momentum, weight decay, clipping and a learning
 * rate that can be set; this one has them, and a state that can be saved.
 */
export abstract class Optimiser {
  /** Step size, above 0; may be set anew before every step. */
  learningRate: number
  /** Norm of all gradients before clipping, of the last step; NaN before it and where nothing is clipped. */
  gradientNorm = Number.NaN

  protected readonly tf: TensorFlow
  protected readonly beta1: number
  readonly #beta2: number
  readonly #epsilon: number
  readonly #weightDecay: number
  readonly #clipNorm: number | undefined
  readonly #moments = new Map<string, Moments>()
  #step = 0

  /**
   * @param tf see `loadTensorFlow`
   * @param variables what is trained, by the names that the saved state uses
   * @throws Error when an option is out of range
   */
  constructor(tf: TensorFlow, variables: NamedVariables, options: OptimiserOptions = {}) {
    const { learningRate = 2e-4, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-7, weightDecay = 0, clipNorm } = options
    check(learningRate > 0, 'a number above 0', 'learningRate', learningRate)
    check(beta1 >= 0 && beta1 < 1, '0 to less than 1', 'beta1', beta1)
    check(beta2 >= 0 && beta2 < 1, '0 to less than 1', 'beta2', beta2)
    check(epsilon > 0, 'a number above 0', 'epsilon', epsilon)
    check(weightDecay >= 0, 'a number of 0 or above', 'weightDecay', weightDecay)
    check(clipNorm === undefined || clipNorm > 0, 'a number above 0', 'clipNorm', clipNorm)
    this.tf = tf
    this.learningRate = learningRate
    this.beta1 = beta1
    this.#beta2 = beta2
    this.#epsilon = epsilon
    this.#weightDecay = weightDecay
    this.#clipNorm = clipNorm
    for (const [name, variable] of Object.entries(variables)) {
      const zeros = () => tf.tidy(() => tf.variable(tf.zerosLike(variable), false))
      this.#moments.set(name, { variable, first: zeros(), second: zeros() })
    }
  }

  /** Steps taken so far. */
  get steps(): number {
    return this.#step
  }

  /** Called once a step, before the update. `step` counts from 1. */
  protected abstract stepWeights(step: number): StepWeights

  /**
   * One step: the loss, its gradients, new weights. Variables that the loss does not depend on stay as they are.
   *
   * @param loss makes one number; its tensors are cleaned up
   * @returns the loss before the step
   * @throws Diverged when the loss or the norm of the gradients is not finite; the weights are untouched then
   */
  async minimise(loss: () => Scalar): Promise<number> {
    const variables = [...this.#moments.values()].map(({ variable }) => variable)
    const made = this.tf.tidy(() => {
      const { value, grads } = this.tf.variableGrads(loss, variables)
      const gradients: NamedTensorMap = {}
      for (const [name, { variable }] of this.#moments) {
        const gradient = grads[variable.name]
        if (gradient) gradients[name] = gradient
      }
      return { value, gradients, norm: this.#norm(gradients) }
    })
    try {
      // Both at once: a GPU is waited for but once a step.
      const [[number], norm] = await Promise.all([made.value.data(), made.norm?.data()])
      if (!Number.isFinite(number)) {
        throw new Diverged(`Expected a finite loss at step ${this.#step + 1}, received ${number}.`)
      }
      this.#apply(made.gradients, norm?.[0])
      return number!
    } finally {
      this.tf.dispose(made)
    }
  }

  /**
   * One step with given gradients (say, sums over several batches). They are not disposed.
   *
   * @param gradients by the names of the variables, of their shapes; a variable that is not named stays as it is
   * @throws Error when a name is unknown; Diverged when the norm is not finite where gradients are clipped
   */
  async apply(gradients: Readonly<NamedTensorMap>): Promise<void> {
    for (const name of Object.keys(gradients)) {
      if (this.#moments.has(name)) continue
      throw new Error(`Expected the name of a trained variable for a gradient, received "${name}".`)
    }
    const norm = this.tf.tidy(() => this.#norm(gradients))
    try {
      this.#apply(gradients, (await norm?.data())?.[0])
    } finally {
      norm?.dispose()
    }
  }

  /** Of all gradients together, where they are clipped. */
  #norm(gradients: Readonly<NamedTensorMap>): Tensor | undefined {
    const { tf } = this
    const all = Object.values(gradients)
    if (this.#clipNorm === undefined || all.length === 0) return undefined
    // Not addN: on WebGPU it takes eight tensors at most.
    return tf.sqrt(tf.sum(tf.stack(all.map((gradient) => tf.sum(tf.square(gradient))))))
  }

  #apply(gradients: Readonly<NamedTensorMap>, norm: number | undefined): void {
    const { tf } = this
    const scale = this.#clipScale(norm)
    tf.tidy(() => {
      this.#step++
      const weights = this.stepWeights(this.#step)
      const secondScale = 1 / (1 - this.#beta2 ** this.#step)
      for (const [name, moments] of this.#moments) {
        const raw = gradients[name]
        if (!raw) continue
        tf.tidy(() => this.#update(moments, scale === 1 ? raw : tf.mul(raw, scale), weights, secondScale))
      }
    })
  }

  #clipScale(norm: number | undefined): number {
    if (this.#clipNorm === undefined || norm === undefined) return 1
    if (!Number.isFinite(norm)) {
      throw new Diverged(`Expected a finite norm of the gradients at step ${this.#step + 1}, received ${norm}.`)
    }
    this.gradientNorm = norm
    return norm > this.#clipNorm ? this.#clipNorm / norm : 1
  }

  #update({ variable, first, second }: Moments, gradient: Tensor, weights: StepWeights, secondScale: number): void {
    const { tf } = this
    const mean = tf.add(first, tf.mul(tf.sub(gradient, first), 1 - this.beta1))
    const square = tf.add(second, tf.mul(tf.sub(tf.square(gradient), second), 1 - this.#beta2))
    first.assign(mean)
    second.assign(square)
    let direction: Tensor = tf.mul(mean, weights.mean)
    if (weights.gradient !== 0) direction = tf.add(direction, tf.mul(gradient, weights.gradient))
    const step = tf.div(direction, tf.add(tf.sqrt(tf.mul(square, secondScale)), this.#epsilon))
    const kept = variable.rank > 1 ? 1 - this.learningRate * this.#weightDecay : 1
    const start = kept === 1 ? variable : tf.mul(variable, kept)
    variable.assign(tf.sub(start, tf.mul(step, this.learningRate)))
  }

  /** Everything but the weights and the learning rate that an exact continuation needs. */
  async state(): Promise<NamedArrays> {
    const variables: Record<string, Variable> = {}
    for (const [name, { first, second }] of this.#moments) {
      variables[`${name}/first`] = first
      variables[`${name}/second`] = second
    }
    // A float holds whole numbers up to 16.7 million: enough steps.
    return { step: Float32Array.of(this.#step), ...(await readArrays(variables)) }
  }

  /**
   * Goes on from a {@link state}.
   * @throws Error when the state is of other variables; this optimiser is unchanged then
   */
  restore(state: Readonly<NamedArrays>): void {
    const [step] = takeArray(state, 'step', 1)
    const found = [...this.#moments].map(([name, moments]) => {
      const { size } = moments.variable
      return {
        moments,
        first: takeArray(state, `${name}/first`, size),
        second: takeArray(state, `${name}/second`, size),
      }
    })
    this.#step = step!
    this.tf.tidy(() => {
      for (const { moments, first, second } of found) {
        const { shape } = moments.variable
        moments.first.assign(this.tf.tensor(Float32Array.from(first), shape, 'float32'))
        moments.second.assign(this.tf.tensor(Float32Array.from(second), shape, 'float32'))
      }
    })
  }

  /** Frees the running means; the trained variables are the caller's. */
  dispose(): void {
    for (const { first, second } of this.#moments.values()) {
      first.dispose()
      second.dispose()
    }
    this.#moments.clear()
  }
}

function check(fine: boolean, expected: string, name: string, received: unknown): void {
  if (!fine) throw new Error(`Expected ${expected} for the optimiser's ${name}, received ${received}.`)
}
