import type { Variable } from '@tensorflow/tfjs-core'
import type { TensorFlow } from '../tensorflow.js'
import { type NamedArrays, type NamedVariables, readArrays, takeArray } from './state.js'

/**
 * Exponential moving average of weights (Polyak and Juditsky 1992): smoother than the weights of any one step, and
 * usually better. Call `update` after every step, and evaluate and save the average.
 */
export class WeightAverage {
  readonly #tf: TensorFlow
  readonly #decay: number
  readonly #pairs = new Map<string, { variable: Variable; average: Variable }>()
  #updates = 0

  /**
   * @param tf see `loadTensorFlow`
   * @param variables whose average, by the names that the saved state uses
   * @param options.decay share of the old average that stays, in [0, 1): 0.99 looks back about 100 steps
   * @throws Error when `decay` is out of range
   */
  constructor(tf: TensorFlow, variables: NamedVariables, { decay = 0.99 }: { decay?: number | undefined } = {}) {
    if (!(decay >= 0 && decay < 1)) {
      throw new Error(`Expected 0 to less than 1 for the decay of the weight average, received ${decay}.`)
    }
    this.#tf = tf
    this.#decay = decay
    for (const [name, variable] of Object.entries(variables)) {
      this.#pairs.set(name, { variable, average: tf.tidy(() => tf.variable(tf.clone(variable), false)) })
    }
  }

  /** Takes the present weights in. */
  update(): void {
    const tf = this.#tf
    this.#updates++
    // As in TensorFlow's: a young average must not hold on to the first, untrained weights.
    const decay = Math.min(this.#decay, (1 + this.#updates) / (10 + this.#updates))
    for (const { variable, average } of this.#pairs.values()) {
      tf.tidy(() => average.assign(tf.add(average, tf.mul(tf.sub(variable, average), 1 - decay))))
    }
  }

  /** The averages by name. */
  values(): Promise<NamedArrays> {
    return readArrays(Object.fromEntries([...this.#pairs].map(([name, { average }]) => [name, average])))
  }

  /** Runs `run` with the averages in place of the weights, and puts the weights back, whatever happens. */
  async use<T>(run: () => T | Promise<T>): Promise<T> {
    this.#swap()
    try {
      return await run()
    } finally {
      this.#swap()
    }
  }

  #swap(): void {
    const tf = this.#tf
    for (const { variable, average } of this.#pairs.values()) {
      tf.tidy(() => {
        const weights = tf.clone(variable)
        variable.assign(tf.clone(average))
        average.assign(weights)
      })
    }
  }

  /** Everything that an exact continuation needs. */
  async state(): Promise<NamedArrays> {
    return { updates: Float32Array.of(this.#updates), ...suffixed(await this.values()) }
  }

  /**
   * Goes on from a {@link state}.
   * @throws Error when the state is of other variables; this average is unchanged then
   */
  restore(state: Readonly<NamedArrays>): void {
    const [updates] = takeArray(state, 'updates', 1)
    const found = [...this.#pairs].map(([name, { average }]) => ({
      average,
      values: takeArray(state, `${name}/average`, average.size),
    }))
    this.#updates = updates!
    this.#tf.tidy(() => {
      for (const { average, values } of found) {
        average.assign(this.#tf.tensor(Float32Array.from(values), average.shape, 'float32'))
      }
    })
  }

  /** Frees the averages; the weights are the caller's. */
  dispose(): void {
    for (const { average } of this.#pairs.values()) average.dispose()
    this.#pairs.clear()
  }
}

function suffixed(arrays: NamedArrays): NamedArrays {
  return Object.fromEntries(Object.entries(arrays).map(([name, array]) => [`${name}/average`, array]))
}
