import { describe, expect, it } from 'vitest'
import { quality } from '../../src/data/dataset.js'

describe('quality', () => {
  it('is linear over the published range', () => {
    const mos = { direction: 'mos', min: 1, max: 5 } as const
    expect([1, 2, 3, 5].map((score) => quality(mos, score))).toEqual([0, 25, 50, 100])
  })

  it('turns DMOS round', () => {
    const dmos = { direction: 'dmos', min: 0, max: 1 } as const
    expect([0, 0.25, 1].map((score) => quality(dmos, score))).toEqual([100, 75, 0])
  })

  it('says what is wrong', () => {
    const mos = { direction: 'mos', min: 0, max: 9 } as const
    expect(() => quality(mos, 10)).toThrow('Expected a score from 0 to 9 for quality but found 10')
    expect(() => quality(mos, Number.NaN)).toThrow('Expected a score from 0 to 9 for quality but found NaN')
    expect(() => quality({ ...mos, max: 0 }, 0)).toThrow(
      'Expected a range with min below max for the opinion scores but found 0 to 0',
    )
  })
})
