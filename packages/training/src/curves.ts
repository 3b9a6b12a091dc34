import { drawChart, type Panel } from './chart.js'

/** What a run wrote down at one step: any series by name. */
export interface CurveRow {
  /** Optimiser steps since the start. */
  step: number
  /** Time since the start. */
  seconds: number
  /** Losses, correlations (`SRCC koniq`), the learning rate (`rate`); a series may be missing in a row. */
  [series: string]: number
}

/**
 * Draws learning curves: one panel for losses (logarithmic), one for correlations, one for the learning rate; a panel
 * without a series is left out. Series are sorted in by name: `rate` and `learning rate`; SRCC, PLCC, KRCC and
 * correlations; losses and all others. `score`, by which the best step is chosen, repeats one of the others and is
 * left out.
 *
 * @param history in the order of the steps
 * @param file where to write the picture; `.svg` or `.png` (at twice the size)
 * @throws Error when the file is of another kind, or there is nothing to draw
 */
export async function drawCurves(history: readonly CurveRow[], file: string): Promise<void> {
  await drawChart(panelsOf(history), 'the learning curves', file)
}

function panelsOf(history: readonly CurveRow[]): Panel[] {
  const names = new Set(history.flatMap(Object.keys))
  for (const name of ['step', 'seconds', 'score']) names.delete(name)
  const isRate = (name: string) => /\brate$/i.test(name)
  const isCorrelation = (name: string) => /srcc|plcc|krcc|correlation/i.test(name)
  const panel = (
    title: string,
    belongs: (name: string) => boolean,
    y: Panel['y'],
    /** What can be drawn: a logarithmic axis has no 0. */
    accepts: (value: number) => boolean = Number.isFinite,
  ): Panel => ({
    title,
    x: { name: 'steps', min: 0, max: history.at(-1)?.step ?? 0 },
    y,
    series: [...names].filter(belongs).map((name) => ({
      name,
      points: history.filter((row) => accepts(row[name]!)).map((row) => [row.step, row[name]!]),
    })),
  })
  const panels = [
    panel(
      'Loss (logarithmic)',
      (name) => !isRate(name) && !isCorrelation(name),
      { logarithmic: true },
      (value) => value > 0,
    ),
    panel('Correlation', isCorrelation, {}),
    panel('Learning rate', isRate, { min: 0 }),
  ]
  return panels.filter(({ series }) => series.some(({ points }) => points.length > 0))
}
