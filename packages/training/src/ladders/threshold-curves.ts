import type { Panel } from '../chart.js'
import { mean } from '../measure/pairs.js'
import { WANTED } from './figures.js'
import type { Row } from './rows.js'

/** What each threshold would flag: shares of the scored, by what {@link WANTED} lists. */
export interface ThresholdRow {
  threshold: number
  /** Share below the threshold: of what must not be flagged the false alarms, of what must the hits. */
  flagged: Record<string, number>
}

/** Every whole threshold from 0 to 100; what no row belongs to is left out. */
export function thresholdCurves(rows: readonly Row[]): ThresholdRow[] {
  const groups = WANTED.map(({ what, is }) => {
    return { what, scores: rows.filter((row) => is(row) && row.score !== undefined).map(({ score }) => score!) }
  }).filter(({ scores }) => scores.length > 0)
  return Array.from({ length: 101 }, (_, threshold) => ({
    threshold,
    flagged: Object.fromEntries(
      groups.map(({ what, scores }) => [what, mean(scores.map((score) => Number(score < threshold)))]),
    ),
  }))
}

/** False alarms above, misses below, both in per cent. */
export function thresholdPanels(curves: readonly ThresholdRow[]): Panel[] {
  const panel = (title: string, flag: boolean): Panel => ({
    title,
    x: { name: 'threshold', min: 0, max: 100 },
    y: { min: 0 },
    series: WANTED.filter((each) => each.flag === flag && each.what in curves[0]!.flagged).map(({ what }) => ({
      name: what,
      points: curves.map(({ threshold, flagged }) => [threshold, 100 * (flag ? 1 - flagged[what]! : flagged[what]!)]),
    })),
  })
  const panels = [
    panel('False alarms: lossless pictures flagged, %', false),
    panel('Misses: spoilt pictures not flagged, %', true),
  ]
  return panels.filter(({ series }) => series.length > 0)
}
