import { h, svg } from './dom.js'
import type { Payload, Row } from './payload.js'
import { count, LABELS } from './words.js'

const STEP = 5
const WIDTH = 600
const HEIGHT = 280
const AXIS = 22
const TOP = 40

/** How many images have which score, and where the limits are. */
export function histogram(rows: Row[], limits: Payload['limits']): HTMLElement {
  const scores = rows.flatMap(({ score }) => (score === undefined ? [] : [score]))
  const bins = Array.from({ length: 100 / STEP }, () => 0)
  for (const score of scores) bins[Math.min(bins.length - 1, Math.floor(score / STEP))]! += 1
  const most = Math.max(1, ...bins)
  const x = (score: number) => (score / 100) * WIDTH
  const bars = bins.map((number, i) => {
    // The few in a bin are the ones that matter: they must be seen.
    const height = number === 0 ? 0 : Math.max(3, (number / most) * (HEIGHT - TOP))
    const label = LABELS[Math.floor((i * STEP) / 20)]
    const place = { x: x(i * STEP) + 1, y: HEIGHT - height, width: x(STEP) - 2, height, rx: 1.5 }
    const title = `${i * STEP} to ${(i + 1) * STEP}: ${count(number, 'image')}`
    return svg('rect', { ...place, class: `bar ${label}` }, svg('title', {}, title))
  })
  const ticks = [0, 20, 40, 60, 80, 100].map((score) =>
    svg('text', { x: x(score), y: HEIGHT + 18, 'text-anchor': anchor(score), class: 'tick' }, String(score)),
  )
  const lines = (['error', 'warn'] as const).flatMap((name) => {
    const limit = limits[name]
    if (!limit) return []
    const at = { x1: x(limit), x2: x(limit), y1: 4, y2: HEIGHT }
    const word = name === 'warn' ? `warning below ${limit}` : `error below ${limit}`
    // Each on a line of its own: limits may be close to each other.
    const y = name === 'error' ? 14 : 32
    const beside = limit > 70 ? { x: x(limit) - 4, 'text-anchor': 'end' } : { x: x(limit) + 4 }
    return [svg('line', { ...at, class: `limit ${name}` }), svg('text', { ...beside, y, class: 'limit-word' }, word)]
  })
  return h(
    'figure',
    { class: 'histogram' },
    svg(
      'svg',
      {
        viewBox: `0 0 ${WIDTH} ${HEIGHT + AXIS}`,
        role: 'img',
        'aria-label': `Distribution of the scores: ${described(rows)}`,
      },
      svg('line', { x1: 0, x2: WIDTH, y1: HEIGHT, y2: HEIGHT, class: 'axis' }),
      ...bars,
      ...lines,
      ...ticks,
    ),
  )
}

function anchor(score: number): string {
  return score === 0 ? 'start' : score === 100 ? 'end' : 'middle'
}

function described(rows: Row[]): string {
  const counts = LABELS.map((label) => `${rows.filter((row) => row.label === label).length} ${label}`)
  return `${counts.join(', ')}.`
}
