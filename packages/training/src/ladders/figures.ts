import { FAULT_OF } from '../distort/fault.js'
import { bootstrapGroups, type Interval, type IntervalOptions, srcc } from '../measure/index.js'
import { mean } from '../measure/pairs.js'
import type { Row } from './rows.js'
import type { Rung } from './rung.js'

/** A figure with its interval over pictures; null in JSON where it is not defined. */
export type Estimate = { value: number } & Interval

/** What scores of ladders show. */
export interface LadderFigures {
  photographs: number
  graphics: number
  /** Score against the level that was set, within a picture. */
  order: { kind: string; srcc: Estimate; disordered: Estimate }[]
  /** Score against SSIMULACRA2, over all pictures; the lossless ones are left out. Empty where nobody judged. */
  judged: { kind: string; rungs: number; srcc: Estimate; difference: Estimate }[]
  /** How often the fault that was made is the one named, of rungs judged below 60. Empty where nobody judged. */
  named: { kind: string; rungs: number; top1: Estimate }[]
  /** Shares of the scored that lie below the thresholds. */
  flagged: { what: string; pictures: number; skipped: number; warned: Estimate; failed: Estimate }[]
}

export interface Thresholds {
  /** Scores below it warn. */
  warn: number
  /** Scores below it fail a build. */
  error: number
}

/** Scores that differ by less are a tie: what a rounded score and an encoder's whims come to. */
const TIE = 0.5

/** A drawing of three colours loses nothing to a palette of four: where there was a judge, it must agree. */
function isSpoilt({ set, judged = 0 }: Row): boolean {
  return set === 'graphic' && judged < 60
}

/** Which rungs must, or must not, be flagged. */
export const WANTED: readonly { what: string; flag: boolean; is: (row: Row) => boolean }[] = [
  { what: 'lossless photographs', flag: false, is: ({ set, kind }) => set === 'photograph' && kind === 'lossless' },
  { what: 'lossless graphics', flag: false, is: ({ set, kind }) => set === 'graphic' && kind === 'lossless' },
  {
    what: 'JPEG <= 20',
    flag: true,
    is: ({ set, kind, level }) => set === 'photograph' && kind === 'jpeg' && level <= 20,
  },
  {
    what: 'AVIF <= 20',
    flag: true,
    is: ({ set, kind, level }) => set === 'photograph' && kind === 'avif' && level <= 20,
  },
  { what: '3x upscaling', flag: true, is: ({ kind, level }) => kind === 'upscaling' && level === 3 },
  { what: 'graphics at JPEG 10', flag: true, is: (row) => isSpoilt(row) && row.kind === 'jpeg' },
  { what: 'graphics with 4 colours', flag: true, is: (row) => isSpoilt(row) && row.kind === 'palette' },
]

/** The figures, with 95 % bootstrap intervals over pictures: a picture's rungs stay together. */
export function ladderFigures(
  rows: readonly Row[],
  { warn, error }: Thresholds,
  options: IntervalOptions = {},
): LadderFigures {
  const estimate = (some: readonly Row[], measure: (rows: readonly Row[]) => number): Estimate => {
    const pictures = byPicture(some)
    const nothing = { low: Number.NaN, high: Number.NaN }
    const interval =
      pictures.length > 0 ? bootstrapGroups(pictures, (drawn) => measure(drawn.flat()), options) : nothing
    return { value: measure(some), ...interval }
  }
  const photographs = rows.filter(({ set }) => set === 'photograph')
  const distorted = photographs.filter(({ kind, score }) => kind !== 'lossless' && score !== undefined)
  const kinds = [...new Set(distorted.map(({ kind }) => kind))]
  return {
    photographs: byPicture(photographs).length,
    graphics: byPicture(rows.filter(({ set }) => set === 'graphic')).length,
    order: kinds.map((kind) => {
      const own = distorted.filter((row) => row.kind === kind)
      return { kind, ...orderOf(own, options) }
    }),
    judged: ['all', ...kinds].flatMap((kind) => {
      const own = distorted.filter((row) => row.judged !== undefined && (kind === 'all' || row.kind === kind))
      if (own.length < 2) return []
      return { kind, rungs: own.length, srcc: estimate(own, agreement), difference: estimate(own, distance) }
    }),
    named: ['all', ...kinds].flatMap((kind) => {
      const own = distorted.filter((row) => (kind === 'all' || row.kind === kind) && (row.judged ?? 100) < 60)
      if (own.length === 0) return []
      const share = (some: readonly Row[]) =>
        mean(some.map((row) => Number(row.fault === FAULT_OF[row.kind as Rung['kind']])))
      return { kind, rungs: own.length, top1: estimate(own, share) }
    }),
    flagged: WANTED.flatMap(({ what, is }) => {
      const own = rows.filter(is)
      const scored = own.filter(({ score }) => score !== undefined)
      if (own.length === 0) return []
      const below = (limit: number) => estimate(scored, (some) => mean(some.map(({ score }) => Number(score! < limit))))
      const pictures = byPicture(own).length
      return { what, pictures, skipped: own.length - scored.length, warned: below(warn), failed: below(error) }
    }),
  }
}

function byPicture(rows: readonly Row[]): Row[][] {
  const pictures = new Map<string, Row[]>()
  for (const row of rows) {
    const own = pictures.get(`${row.set} ${row.picture}`)
    if (own) own.push(row)
    else pictures.set(`${row.set} ${row.picture}`, [row])
  }
  return [...pictures.values()]
}

/** Each picture's own figures, whose mean is taken. */
function orderOf(rows: readonly Row[], options: IntervalOptions): { srcc: Estimate; disordered: Estimate } {
  const pictures = byPicture(rows).map((own) => {
    const ladders = laddersOf(own)
    const pairs = ladders.reduce((sum, ladder) => sum + ladder.length - 1, 0)
    const wrong = ladders.reduce((sum, ladder) => sum + disorderedPairs(ladder), 0)
    return { srcc: mean(ladders.map(rankAgreement)), pairs, wrong }
  })
  const meanSrcc = (some: typeof pictures) => mean(some.map((picture) => picture.srcc))
  const share = (some: typeof pictures) => {
    const [wrong, pairs] = [some.map((each) => each.wrong), some.map((each) => each.pairs)]
    return mean(wrong) / mean(pairs)
  }
  const of = (measure: typeof share): Estimate => ({
    value: measure(pictures),
    ...bootstrapGroups(pictures, measure, options),
  })
  return { srcc: of(meanSrcc), disordered: of(share) }
}

/** A picture's ladders, each from its worst level to its best; one of a single rung has no order. */
function laddersOf(rows: readonly Row[]): Row[][] {
  const names = [...new Set(rows.map(({ ladder }) => ladder))]
  return names
    .map((name) => rows.filter(({ ladder }) => ladder === name).sort((a, b) => a.order - b.order))
    .filter((ladder) => ladder.length > 1)
}

/** Scores that are all alike rank nothing: 0. */
function rankAgreement(ladder: readonly Row[]): number {
  const found = srcc(
    ladder.map(({ score }) => score!),
    ladder.map(({ order }) => order),
  )
  return Number.isNaN(found) ? 0 : found
}

function disorderedPairs(ladder: readonly Row[]): number {
  return ladder.filter((row, i) => i > 0 && ladder[i - 1]!.score! - row.score! > TIE).length
}

function agreement(rows: readonly Row[]): number {
  if (rows.length < 2) return Number.NaN
  return srcc(
    rows.map(({ score }) => score!),
    rows.map(({ judged }) => judged!),
  )
}

function distance(rows: readonly Row[]): number {
  return mean(rows.map(({ score, judged }) => Math.abs(score! - judged!)))
}
