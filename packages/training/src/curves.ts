import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { init } from 'echarts'
import sharp from 'sharp'

/** What a run wrote down at one step: any series by name. */
export interface CurveRow {
  /** Optimiser steps since the start. */
  step: number
  /** Time since the start. */
  seconds: number
  /** Losses, correlations (`SRCC koniq`), the learning rate (`rate`); a series may be missing in a row. */
  [series: string]: number
}

interface Panel {
  title: string
  names: string[]
  /** What can be drawn: a logarithmic axis has no 0. */
  accepts: (value: number) => boolean
  axis: Record<string, unknown>
}

const WIDTH = 960
const PANEL_HEIGHT = 300
const MARGIN = { left: 76, right: 32, top: 84, bottom: 40 }
// Okabe and Ito's colours, which differ for every kind of colour vision, without their yellow (unreadable on white).
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']

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
  const extension = extname(file).toLowerCase()
  if (extension !== '.svg' && extension !== '.png') {
    throw new Error(`Expected a file ending in .svg or .png for the learning curves, received ${file}.`)
  }
  const panels = sortIntoPanels(history)
  if (panels.length === 0) throw new Error('Expected at least one series for the learning curves, received none.')

  const height = panels.length * PANEL_HEIGHT
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption(options(history, panels))
    const svg = chart.renderToSVGString()
    await mkdir(dirname(file), { recursive: true })
    if (extension === '.svg') await writeFile(file, svg)
    else await sharp(Buffer.from(svg), { density: 144 }).png().toFile(file)
  } finally {
    chart.dispose()
  }
}

function sortIntoPanels(history: readonly CurveRow[]): Panel[] {
  const names = new Set(history.flatMap(Object.keys))
  for (const name of ['step', 'seconds', 'score']) names.delete(name)
  const isRate = (name: string) => /\brate$/i.test(name)
  const isCorrelation = (name: string) => /srcc|plcc|krcc|correlation/i.test(name)
  const positive = (value: number) => value > 0
  // As wide as the data: from 0.9 to 0.95 must be seen too.
  const fitted = { type: 'value', scale: true }
  const panels: Panel[] = [
    {
      title: 'Loss (logarithmic)',
      names: [...names].filter((name) => !isRate(name) && !isCorrelation(name)),
      accepts: positive,
      axis: { type: 'log', min: 'dataMin', max: 'dataMax', minorSplitLine: { show: true } },
    },
    {
      title: 'Correlation',
      names: [...names].filter(isCorrelation),
      accepts: Number.isFinite,
      axis: fitted,
    },
    {
      title: 'Learning rate',
      names: [...names].filter(isRate),
      accepts: Number.isFinite,
      axis: { type: 'value', min: 0 },
    },
  ]
  return panels.filter((panel) => panel.names.some((name) => history.some((row) => panel.accepts(row[name]!))))
}

function options(history: readonly CurveRow[], panels: readonly Panel[]) {
  const top = (index: number) => index * PANEL_HEIGHT
  const points = (name: string, accepts: Panel['accepts']) =>
    history.filter((row) => accepts(row[name]!)).map((row) => [row.step, row[name]!])
  return {
    animation: false,
    backgroundColor: '#ffffff',
    color: COLOURS,
    title: panels.map(({ title }, index) => ({
      text: title,
      left: MARGIN.left,
      top: top(index) + 16,
      padding: 0,
      textStyle: { fontSize: 16 },
    })),
    legend: panels.map(({ names }, index) => ({
      data: names,
      left: MARGIN.left,
      right: MARGIN.right,
      top: top(index) + 44,
      padding: 0,
      itemGap: 28,
      // A panel's series differ in colour, not in mark.
      icon: 'roundRect',
      itemHeight: 4,
    })),
    grid: panels.map((_, index) => ({
      left: MARGIN.left,
      right: MARGIN.right,
      top: top(index) + MARGIN.top,
      height: PANEL_HEIGHT - MARGIN.top - MARGIN.bottom,
    })),
    xAxis: panels.map((_, index) => ({
      type: 'value' as const,
      gridIndex: index,
      min: 0,
      max: history.at(-1)!.step,
      name: 'steps',
      nameLocation: 'middle' as const,
      nameGap: 24,
      splitLine: { show: false },
    })),
    yAxis: panels.map(({ axis }, index) => ({
      ...axis,
      gridIndex: index,
      axisLabel: { formatter: (value: number) => String(Number(value.toPrecision(3))) },
    })),
    series: panels.flatMap(({ names, accepts }, index) =>
      names.map((name, position) => {
        const data = points(name, accepts)
        return {
          type: 'line' as const,
          name,
          color: COLOURS[position % COLOURS.length]!,
          xAxisIndex: index,
          yAxisIndex: index,
          // A line of one point cannot be seen.
          showSymbol: data.length < 20,
          data,
        }
      }),
    ),
  }
}
