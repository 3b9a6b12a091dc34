import { describe, expect, it } from 'vitest'
import { random, shuffle } from '../../src/random.js'

describe('random', () => {
  it('gives the same numbers for the same seed, for good', () => {
    const rng = random(1)
    expect([rng(), rng(), rng()]).toMatchInlineSnapshot(`
      [
        0.9089660099707544,
        0.5750725376419723,
        0.48784936871379614,
      ]
    `)
    expect(random('1')()).toBe(random(1)())
    expect(random(2)()).not.toBe(random(1)())
  })

  it('is spread evenly over [0, 1)', () => {
    // Chi-squared over ten bins has a mean of 9; over 100 seeds it stays within a few times 0.42 of it.
    const chiSquared = Array.from({ length: 100 }, (_, seed) => {
      const rng = random(seed)
      const bins = new Array<number>(10).fill(0)
      for (let i = 0; i < 1000; i++) bins[Math.floor(rng() * 10)]! += 1
      return bins.reduce((sum, count) => sum + (count - 100) ** 2 / 100, 0)
    })
    const mean = chiSquared.reduce((sum, value) => sum + value) / 100
    expect(Math.abs(mean - 9)).toBeLessThan(2)
  })

  it('is not the same at the start for nearby seeds', () => {
    const firsts = Array.from({ length: 1000 }, (_, seed) => random(seed)())
    expect(new Set(firsts).size).toBe(1000)
    const mean = firsts.reduce((sum, value) => sum + value) / 1000
    expect(mean).toBeCloseTo(0.5, 1)
  })
})

describe('shuffle', () => {
  it('keeps every item and leaves its argument alone', () => {
    const items = Array.from({ length: 20 }, (_, i) => i)
    const shuffled = shuffle(items, random(1))
    expect(shuffled).not.toEqual(items)
    expect([...shuffled].sort((a, b) => a - b)).toEqual(items)
    expect(items[0]).toBe(0)
  })
})
