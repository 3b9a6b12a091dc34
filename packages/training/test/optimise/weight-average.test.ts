import { expect, test } from 'vitest'
import { WeightAverage } from '../../src/optimise/index.js'
import { tf } from './cpu.js'

function walk() {
  const weight = tf.variable(tf.tensor1d([0, 0]))
  const set = (value: number) => tf.tidy(() => weight.assign(tf.tensor1d([value, -value])))
  return { weight, set, values: () => [...weight.dataSync()] }
}

test('follows the weights, quickly at first', async () => {
  const { weight, set } = walk()
  const average = new WeightAverage(tf, { weight }, { decay: 0.5 })
  set(1)
  average.update() // decay 2 / 11
  expect((await average.values()).weight![0]).toBeCloseTo(9 / 11, 6)
  for (let i = 0; i < 7; i++) average.update()
  set(3)
  const before = (await average.values()).weight![0]!
  average.update() // 10 / 19 > 0.5
  expect((await average.values()).weight![0]).toBeCloseTo(0.5 * before + 1.5, 6)
})

test('stands in for the weights while something runs, also if that fails', async () => {
  const { weight, set, values } = walk()
  const average = new WeightAverage(tf, { weight })
  set(5)
  const seen = await average.use(async () => values())
  expect(seen).toEqual([0, 0])
  expect(values()).toEqual([5, -5])
  const failing = average.use(() => {
    throw new Error('evaluation failed')
  })
  await expect(failing).rejects.toThrow('evaluation failed')
  expect(values()).toEqual([5, -5])
  expect([...(await average.values()).weight!]).toEqual([0, 0])
})

test('goes on exactly where it stopped', async () => {
  const { weight, set } = walk()
  const one = new WeightAverage(tf, { weight })
  for (const value of [1, 4, 2]) {
    set(value)
    one.update()
  }
  const two = new WeightAverage(tf, { weight })
  two.restore(await one.state())
  set(7)
  one.update()
  two.update()
  expect(await two.state()).toEqual(await one.state())
})

test('leaves no tensors behind', async () => {
  const { weight } = walk()
  const before = tf.memory().numTensors
  const average = new WeightAverage(tf, { weight })
  average.update()
  await average.use(() => average.values())
  average.restore(await average.state())
  average.dispose()
  expect(tf.memory().numTensors).toBe(before)
})

test('refuses a state of other weights and a decay of 1', () => {
  const { weight } = walk()
  const average = new WeightAverage(tf, { weight })
  expect(() => average.restore({ updates: Float32Array.of(1) })).toThrow(
    'Expected 2 numbers for "weight/average" in the saved state, received none.',
  )
  expect(() => new WeightAverage(tf, { weight }, { decay: 1 })).toThrow(
    'Expected 0 to less than 1 for the decay of the weight average, received 1.',
  )
})
