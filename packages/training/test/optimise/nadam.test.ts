import { describe, expect, test } from 'vitest'
import { Adam, Nadam, type Optimiser } from '../../src/optimise/index.js'
import { quadratic, tf } from './cpu.js'

// Computed with TensorFlow 2.21.0: Keras 2 is tf_keras 2.21.0 (optimizers.legacy.Nadam), Keras 3 is keras 3.15.1.
// Gradients curvature * (w - target) and 2 * b in float32, learning rate 0.05; rows: weights after step 1, 2, 5 and 10.
const STEPS = [1, 2, 5, 10]
const KERAS_2_NADAM = [
  [0.9471774, -1.9471774, 2.9471774, 0.5, 0.047177438, 3.9471774],
  [0.9089489, -1.9083031, 2.9082248, 0.5, 0.022023229, 3.9082248],
  [0.80423003, -1.7996672, 2.799124, 0.5, -0.0065171053, 3.799124],
  [0.62562567, -1.6051952, 2.6028457, 0.5, -0.0040336726, 3.6028457],
]
const KERAS_3_NADAM = [
  [0.9468606, -1.9468606, 2.9468606, 0.5, 0.046860635, 3.9468606],
  [0.9091114, -1.9084826, 2.9084065, 0.5, 0.021911034, 3.9084065],
  [0.8080249, -1.8039272, 2.8034403, 0.5, -0.008328957, 3.8034403],
  [0.6352692, -1.6186382, 2.6167395, 0.5, -0.006338647, 3.6167395],
]
// weight_decay=0.1 (the bias excluded), global_clipnorm=2.0
const KERAS_3_NADAM_DECAY_CLIP = [
  [0.9418607, -1.9368606, 2.9318607, 0.4975, 0.04686102, 3.9468606],
  [0.89913535, -1.8885047, 2.8784614, 0.5460813, 0.02155246, 3.9080567],
  [0.7838381, -1.7547302, 2.7295523, 0.49553132, -0.008424042, 3.8011274],
  [0.5895388, -1.5225974, 2.47205, 0.49844843, -0.0051010484, 3.6077251],
]
const KERAS_3_ADAM = [
  [0.9500005, -1.9500003, 2.9500008, 0.5, 0.050001126, 3.9500003],
  [0.9000844, -1.9000244, 2.900019, 0.5, 0.0033931062, 3.9000182],
  [0.7514804, -1.750403, 2.7502964, 0.5, -0.058547325, 3.750295],
  [0.51229775, -1.5030837, 2.502237, 0.5, 0.018031351, 3.5022347],
]

type Problem = ReturnType<typeof quadratic>

async function expectSteps(
  make: (problem: Problem) => Optimiser,
  reference: number[][],
  tolerance = 2e-6,
): Promise<void> {
  const problem = quadratic()
  const optimiser = make(problem)
  for (let step = 1; step <= 10; step++) {
    await optimiser.minimise(problem.loss)
    const row = reference[STEPS.indexOf(step)]
    row?.forEach((expected, i) => {
      expect(Math.abs(problem.values()[i]! - expected), `weight ${i} after step ${step}`).toBeLessThan(tolerance)
    })
  }
}

describe('against Keras', () => {
  test('Nadam', async () => {
    await expectSteps(({ variables }) => new Nadam(tf, variables, { learningRate: 0.05 }), KERAS_2_NADAM)
  })

  test('Nadam with the momentum schedule of Keras 3', async () => {
    await expectSteps(
      ({ variables }) => new Nadam(tf, variables, { learningRate: 0.05, momentumDecay: 1 }),
      KERAS_3_NADAM,
    )
  })

  test('Nadam with weight decay and clipping', async () => {
    const options = { learningRate: 0.05, momentumDecay: 1, weightDecay: 0.1, clipNorm: 2 }
    await expectSteps(({ variables }) => new Nadam(tf, variables, options), KERAS_3_NADAM_DECAY_CLIP)
  })

  test('Adam', async () => {
    // Keras takes 1 - 0.999^t in float32, which is off by 1e-5 of itself: in float64 the third weight ends at 2.502231.
    await expectSteps(({ variables }) => new Adam(tf, variables, { learningRate: 0.05 }), KERAS_3_ADAM, 1e-5)
  })
})

describe('a step', () => {
  test('returns the loss before it and counts', async () => {
    const { variables, loss } = quadratic()
    const optimiser = new Nadam(tf, variables)
    // 0.5 * (1 * 1 + 10 * 9 + 0.1 * 16 + 0) + 0.01 + 16
    expect(await optimiser.minimise(loss)).toBeCloseTo(62.31, 4)
    expect(optimiser.steps).toBe(1)
  })

  test('uses the learning rate of the moment', async () => {
    const { variables, loss, values } = quadratic()
    const optimiser = new Adam(tf, variables, { learningRate: 0.05 })
    optimiser.learningRate = 0.01
    await optimiser.minimise(loss)
    expect(values()[0]).toBeCloseTo(0.99, 5)
  })

  test('reports the norm before clipping', async () => {
    const { variables, loss } = quadratic()
    const optimiser = new Adam(tf, variables, { clipNorm: 1 })
    expect(optimiser.gradientNorm).toBeNaN()
    await optimiser.minimise(loss)
    expect(optimiser.gradientNorm).toBeCloseTo(Math.hypot(1, -30, 0.4, 0, 0.2, 8), 4)
  })

  test('leaves variables alone that the loss does not depend on', async () => {
    const { variables } = quadratic()
    const optimiser = new Nadam(tf, variables, { weightDecay: 0.1 })
    await optimiser.minimise(() => tf.sum(tf.square(variables.bias)))
    expect([...variables.matrix.dataSync()]).toEqual([1, -2, 3, 0.5])
    expect(variables.bias.dataSync()[1]).toBeLessThan(4)
  })

  test('leaves no tensors behind', async () => {
    const { variables, loss } = quadratic()
    const before = tf.memory().numTensors
    const optimiser = new Nadam(tf, variables, { clipNorm: 2, weightDecay: 0.1 })
    const made = tf.memory().numTensors
    for (let i = 0; i < 5; i++) await optimiser.minimise(loss)
    optimiser.restore(await optimiser.state())
    expect(tf.memory().numTensors).toBe(made)
    optimiser.dispose()
    expect(tf.memory().numTensors).toBe(before)
  })

  test('refuses a loss that is not finite, and keeps the weights', async () => {
    const { variables, loss, values } = quadratic()
    const optimiser = new Nadam(tf, variables)
    await optimiser.minimise(loss)
    const kept = values()
    const broken = () => tf.mul<tf.Scalar>(tf.sum(variables.bias), Number.NaN)
    await expect(optimiser.minimise(broken)).rejects.toThrow('Expected a finite loss at step 2, received NaN.')
    expect(values()).toEqual(kept)
  })

  test('refuses gradients that are not finite where it clips', async () => {
    const { variables } = quadratic()
    const optimiser = new Nadam(tf, variables, { clipNorm: 1 })
    await expect(optimiser.apply({ bias: tf.tensor1d([1, Number.POSITIVE_INFINITY]) })).rejects.toThrow(
      'Expected a finite norm of the gradients at step 1, received Infinity.',
    )
    expect(optimiser.steps).toBe(0)
  })

  test('refuses a gradient of something else', async () => {
    const optimiser = new Nadam(tf, quadratic().variables)
    await expect(optimiser.apply({ biass: tf.tensor1d([1, 2]) })).rejects.toThrow(
      'Expected the name of a trained variable for a gradient, received "biass".',
    )
  })
})

describe('state', () => {
  test('goes on exactly where it stopped', async () => {
    const options = { learningRate: 0.05, clipNorm: 2, weightDecay: 0.01 }
    const whole = quadratic()
    const one = new Nadam(tf, whole.variables, options)
    for (let i = 0; i < 7; i++) await one.minimise(whole.loss)
    const saved = await one.state()
    const resumed = quadratic()
    resumed.variables.matrix.assign(tf.clone(whole.variables.matrix))
    resumed.variables.bias.assign(tf.clone(whole.variables.bias))
    const two = new Nadam(tf, resumed.variables, options)
    two.restore(saved)
    for (let i = 0; i < 5; i++) await one.minimise(whole.loss)
    for (let i = 0; i < 5; i++) await two.minimise(resumed.loss)
    expect(resumed.values()).toEqual(whole.values())
    expect(two.steps).toBe(12)
  })

  test('is flat arrays by name', async () => {
    const { variables, loss } = quadratic()
    const optimiser = new Nadam(tf, variables)
    await optimiser.minimise(loss)
    const lengths = Object.entries(await optimiser.state()).map(([name, array]) => [name, array.length])
    expect(Object.fromEntries(lengths)).toEqual({
      step: 1,
      'matrix/first': 4,
      'matrix/second': 4,
      'bias/first': 2,
      'bias/second': 2,
    })
  })

  test('of other variables is refused', async () => {
    const optimiser = new Nadam(tf, quadratic().variables)
    const state = await optimiser.state()
    expect(() => optimiser.restore({ ...state, 'bias/first': new Float32Array(3) })).toThrow(
      'Expected 2 numbers for "bias/first" in the saved state, received 3.',
    )
    delete state.step
    expect(() => optimiser.restore(state)).toThrow('Expected 1 numbers for "step" in the saved state, received none.')
  })
})

test.each([
  [{ learningRate: 0 }, "Expected a number above 0 for the optimiser's learningRate, received 0."],
  [{ beta1: 1 }, "Expected 0 to less than 1 for the optimiser's beta1, received 1."],
  [{ beta2: -1 }, "Expected 0 to less than 1 for the optimiser's beta2, received -1."],
  [{ epsilon: 0 }, "Expected a number above 0 for the optimiser's epsilon, received 0."],
  [{ weightDecay: -1 }, "Expected a number of 0 or above for the optimiser's weightDecay, received -1."],
  [{ clipNorm: 0 }, "Expected a number above 0 for the optimiser's clipNorm, received 0."],
  [{ momentumDecay: -1 }, "Expected a number of 0 or above for the optimiser's momentumDecay, received -1."],
])('refuses %o', (options, message) => {
  expect(() => new Nadam(tf, quadratic().variables, options)).toThrow(message)
})
