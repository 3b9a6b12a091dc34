import { describe, expect, test } from 'vitest'
import { ERROR_MAP, type ErrorMapOptions, errorTarget } from '../../src/stages/error-target.js'

function targetOf(reference: Int8Array, distorted: Int8Array, side: number, options?: Partial<ErrorMapOptions>) {
  const cells = (side / 4) ** 2
  const [error, reliability] = [new Float32Array(cells), new Float32Array(cells)]
  errorTarget(reference, distorted, side, error, reliability, options && { ...ERROR_MAP, ...options })
  return { error: [...error], reliability: [...reliability] }
}

const mean = (numbers: number[]) => numbers.reduce((a, b) => a + b) / numbers.length

describe('errorTarget', () => {
  test('by hand', () => {
    const side = 8
    const reference = new Int8Array(64)
    const distorted = new Int8Array(64)
    // First cell: 16 levels off everywhere. Second: one pixel off by 51. Third and fourth: the same, 10 and 0.
    for (let y = 0; y < 4; y++) distorted.fill(16, y * 8, y * 8 + 4)
    reference[5] = 51
    for (let y = 4; y < 8; y++) {
      reference.fill(10, y * 8, y * 8 + 4)
      distorted.fill(10, y * 8, y * 8 + 4)
    }
    const { error, reliability } = targetOf(reference, distorted, side)
    expect(error[0]).toBeCloseTo((16 / 255) ** 0.2, 6)
    expect(error[1]).toBeCloseTo((51 / 16 / 255) ** 0.2, 6)
    expect(error.slice(2)).toEqual([0, 0])
    const trust = (level: number) => 2 / (1 + Math.exp(-0.2 * level)) - 1 + 0.05
    const [a, b, c, d] = [trust(16), trust(0), trust(10), trust(0)]
    const total = (a + b + c + d) / 4
    for (const [i, value] of [a, b, c, d].entries()) expect(reliability[i]).toBeCloseTo(value / total, 5)
  })

  test('the same sign of a difference does not matter, and the largest stays finite', () => {
    const [low, high] = [new Int8Array(16).fill(-127), new Int8Array(16).fill(127)]
    expect(targetOf(low, high, 4).error[0]).toBeCloseTo((254 / 255) ** 0.2, 6)
    expect(targetOf(high, low, 4)).toEqual(targetOf(low, high, 4))
  })

  test('reliability has mean 1', () => {
    const levels = Int8Array.from({ length: 24 * 24 }, (_, i) => ((i * 37) % 41) - 20)
    expect(mean(targetOf(levels, levels, 24).reliability)).toBeCloseTo(1, 5)
  })

  test('a patch without texture trusts all its cells alike', () => {
    const flat = new Int8Array(64)
    const { error, reliability } = targetOf(flat, flat, 8)
    expect(error).toEqual([0, 0, 0, 0])
    for (const value of reliability) expect(value).toBeCloseTo(1, 6)
  })

  test('p bends the error; alpha 0 trusts all cells alike, a large one all that have any texture', () => {
    const reference = new Int8Array(64)
    const distorted = Int8Array.from({ length: 64 }, (_, i) => (i % 8 < 4 ? 3 : 60))
    expect(targetOf(reference, distorted, 8, { p: 1 }).error[1]).toBeCloseTo(60 / 255, 6)
    for (const alpha of [0, 100]) {
      for (const value of targetOf(reference, distorted, 8, { alpha }).reliability) expect(value).toBeCloseTo(1, 6)
    }
    const [low, high] = targetOf(reference, distorted, 8).reliability
    expect(low).toBeLessThan(0.6 * high!)
  })
})
