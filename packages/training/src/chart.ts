import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, extname } from 'node:path'
import { init } from 'echarts'
import sharp from 'sharp'

/** One diagram of a picture; they stand above each other. */
export interface Panel {
  title: string
  /** What x is. */
  x: { name: string; logarithmic?: boolean; min?: number; max?: number }
  y: { name?: string; logarithmic?: boolean; min?: number; max?: number }
  series: Series[]
}

export interface Series {
  name: string
  points: [x: number, y: number][]
  /** Single points instead of a line. */
  scattered?: boolean
}

const WIDTH = 960
const PANEL_HEIGHT = 300
const MARGIN = { left: 76, right: 32, top: 84, bottom: 40 }
// Okabe and Ito's colours, which differ for every kind of colour vision, without their yellow (unreadable on white).
const COLOURS = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#000000']

/**
 * Draws lines or points. A panel whose axis has no ends of its own is as wide as its data.
 *
 * @param what names the picture in messages, e.g. `the learning curves`
 * @param file where to write it; `.svg` or `.png` (at twice the size)
 * @throws Error when the file is of another kind, or there is no panel
 */
export async function drawChart(panels: readonly Panel[], what: string, file: string): Promise<void> {
  const extension = extname(file).toLowerCase()
  if (extension !== '.svg' && extension !== '.png') {
    throw new Error(`Expected a file ending in .svg or .png for ${what}, received ${file}.`)
  }
  if (panels.length === 0) throw new Error(`Expected at least one series for ${what}, received none.`)

  const height = panels.length * PANEL_HEIGHT
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: WIDTH, height })
  try {
    chart.setOption(options(panels))
    const svg = chart.renderToSVGString()
    await mkdir(dirname(file), { recursive: true })
    if (extension === '.svg') await writeFile(file, svg)
    else await sharp(Buffer.from(svg), { density: 144 }).png().toFile(file)
  } finally {
    chart.dispose()
  }
}

function options(panels: readonly Panel[]) {
  const top = (index: number) => index * PANEL_HEIGHT
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
    legend: panels.map(({ series }, index) => ({
      data: series.map(({ name }) => name),
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
    xAxis: panels.map(({ x }, index) => ({
      ...axis(x),
      gridIndex: index,
      nameLocation: 'middle' as const,
      nameGap: 24,
      splitLine: { show: false },
    })),
    yAxis: panels.map(({ y }, index) => ({
      ...axis(y),
      gridIndex: index,
      axisLabel: { formatter: (value: number) => String(Number(value.toPrecision(3))) },
    })),
    series: panels.flatMap(({ series }, index) =>
      series.map(({ name, points, scattered }, position) => ({
        type: scattered ? ('scatter' as const) : ('line' as const),
        name,
        color: COLOURS[position % COLOURS.length]!,
        xAxisIndex: index,
        yAxisIndex: index,
        symbolSize: scattered ? 7 : 4,
        // A line of one point cannot be seen.
        showSymbol: points.length < 20,
        data: points,
      })),
    ),
  }
}

function axis({ name, logarithmic, min, max }: Panel['x'] | Panel['y']) {
  const ends = { ...(min !== undefined && { min }), ...(max !== undefined && { max }), ...(name && { name }) }
  if (!logarithmic) return { type: 'value' as const, scale: true, ...ends }
  return {
    type: 'log' as const,
    min: 'dataMin' as const,
    max: 'dataMax' as const,
    minorSplitLine: { show: true },
    ...ends,
  }
}
