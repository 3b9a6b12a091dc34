import { expect, test } from 'vitest'
import { onScale } from '../../src/distort/judge-scale.js'

test('from 10 up SSIMULACRA2 is the truth', () => {
  expect([10, 10.5, 71.25, 100, 100.0000001].map(onScale)).toEqual([10, 10.5, 71.25, 100, 100])
})

test('what is ruined keeps its order, between 0 and 10', () => {
  const ruined = [9, 0, -20, -60, -150].map(onScale)
  expect(ruined).toEqual([...ruined].sort((a, b) => b - a))
  expect(ruined[0]).toBeLessThan(10)
  expect(ruined[1]).toBeCloseTo(6.703, 3)
  expect(ruined.at(-1)).toBeGreaterThan(0)
})
