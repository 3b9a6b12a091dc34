import { STATISTICS } from '@diqa/core/model'
import type { Numbers } from './pairs.js'
import { fitRidges, predictRidge, type Ridge } from './ridge.js'
import { srcc } from './srcc.js'

type Statistic = (typeof STATISTICS)[number]

/** A built-in baseline: which whole-image statistics it sees, and what it makes of them. */
export interface RidgeKind {
  name: string
  statistics: readonly Statistic[]
  /** Whether it also sees their squares and the product of any two. */
  quadratic: boolean
}

/** What the first experiment's ridge saw: the high band's strength, the low band's exposure and colour. */
const FIRST_SIXTEEN: readonly Statistic[] = [
  'highMean',
  'highEnergy',
  'high25',
  'high50',
  'high75',
  'high90',
  'high99',
  'lumaMean',
  'lumaDeviation',
  'blueMean',
  'blueDeviation',
  'redMean',
  'redDeviation',
  'chroma',
  'dark',
  'bright',
]

/** The ridges that a network is measured beside. None of them looks at where anything is in an image. */
export const RIDGE_KINDS: readonly RidgeKind[] = [
  { name: 'quadratic ridge, 16 statistics', statistics: FIRST_SIXTEEN, quadratic: true },
  { name: `ridge, ${STATISTICS.length} statistics`, statistics: STATISTICS, quadratic: false },
  { name: `quadratic ridge, ${STATISTICS.length} statistics`, statistics: STATISTICS, quadratic: true },
]

/** Images by their statistics, each a row in the order of `STATISTICS`, and what is thought of them. */
export interface JudgedRows {
  rows: readonly Numbers[]
  truths: Numbers
}

const PENALTIES = [0.1, 1, 10, 100, 1000, 10_000, 100_000]

/**
 * Fits a ridge on `train`, with the penalty whose ranking agrees best with `val`: the test is never looked at.
 *
 * @returns what it says of an image's statistics, and the penalty chosen
 * @throws Error when rows and truths do not belong together
 */
export function fitStatisticsRidge(
  kind: RidgeKind,
  train: JudgedRows,
  val: JudgedRows,
): { predict: (row: Numbers) => number; penalty: number } {
  const columns = kind.statistics.map((name) => STATISTICS.indexOf(name))
  const chosen = (row: Numbers) => columns.map((column) => row[column]!)
  const standard = standardOf(train.rows.map(chosen))
  const inputs = (row: Numbers) => {
    const numbers = chosen(row).map((value, i) => (value - standard[i]!.mean) / standard[i]!.deviation)
    return kind.quadratic ? quadraticTerms(numbers) : numbers
  }
  const ridges = fitRidges(train.rows.map(inputs), train.truths, PENALTIES)
  const valInputs = val.rows.map(inputs)
  const agreement = (ridge: Ridge) => {
    // A ridge that says the same of all is worse than any other.
    return (
      srcc(
        valInputs.map((row) => predictRidge(ridge, row)),
        val.truths,
      ) || -1
    )
  }
  const agreements = ridges.map(agreement)
  const best = agreements.indexOf(Math.max(...agreements))
  return { predict: (row) => predictRidge(ridges[best]!, inputs(row)), penalty: PENALTIES[best]! }
}

/** The numbers, and the product of any two of them, each with itself too: n + n (n + 1) / 2. */
export function quadraticTerms(numbers: readonly number[]): number[] {
  return [...numbers, ...numbers.flatMap((a, i) => numbers.slice(i).map((b) => a * b))]
}

/** Products of numbers far from 0 would all say the same. */
function standardOf(rows: readonly number[][]): { mean: number; deviation: number }[] {
  return (rows[0] ?? []).map((_, i) => {
    const mean = rows.reduce((sum, row) => sum + row[i]!, 0) / rows.length
    const variance = rows.reduce((sum, row) => sum + (row[i]! - mean) ** 2, 0) / rows.length
    return { mean, deviation: Math.sqrt(variance) || 1 }
  })
}
