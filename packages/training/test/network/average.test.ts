import { headsOf, type Model, STATISTICS, type Tensors } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { averageNetworks } from '../../src/network/average.js'
import { restandardised } from '../../src/network/restandardised.js'
import { random } from '../../src/random.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork } from '../tiny.js'

const rng = random('average')
const numbers = (length: number) => Float32Array.from({ length }, () => 2 * rng())
const standardOf = () => ({ mean: STATISTICS.map(() => rng()), deviation: STATISTICS.map(() => 0.5 + rng()) })
const [one, other] = [await livelyNetwork(tf, 1).weights(), await livelyNetwork(tf, 2).weights()]
const [pooled, statistics] = [numbers(128), numbers(STATISTICS.length)]

function said(tensors: Tensors, standard = { mean: STATISTICS.map(() => 0), deviation: STATISTICS.map(() => 1) }) {
  const { quality, faults } = headsOf(
    { card: { statistics: standard }, tensors } as unknown as Model,
    pooled,
    statistics,
  )
  return [quality, ...faults]
}

test('heads side by side say the mean of what each says, by its share', () => {
  const both = averageNetworks([
    { weights: one, share: 0.75 },
    { weights: other, share: 0.25 },
  ])
  expect(both['hidden/bias']).toHaveLength(2 * 512)
  const [first, second] = [said(one), said(other)]
  expect(Math.abs(first[0]! - second[0]!)).toBeGreaterThan(0.1)
  for (const [i, value] of said(both).entries()) expect(value).toBeCloseTo(0.75 * first[i]! + 0.25 * second[i]!, 4)
})

test('f and g are the means of their weights', () => {
  const both = averageNetworks([
    { weights: one, share: 0.75 },
    { weights: other, share: 0.25 },
  ])
  expect(Object.keys(both).sort()).toEqual(Object.keys(one).sort())
  for (const name of ['conv1/kernel', 'conv8/bias', 'error/kernel']) {
    const expected = one[name]!.map((value, i) => 0.75 * value + 0.25 * other[name]![i]!)
    expect([...both[name]!]).toEqual([...expected].map((value) => expect.closeTo(value, 6)))
  }
})

test('weights for another standard say the same of inputs in it', () => {
  const [from, to] = [standardOf(), standardOf()]
  const before = said(one, from)
  expect(said(one, to)[0]).not.toBeCloseTo(before[0]!, 2)
  for (const [i, value] of said(restandardised(one, 128, from, to), to).entries()) {
    expect(value).toBeCloseTo(before[i]!, 4)
  }
})
