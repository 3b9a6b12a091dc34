import { h } from './dom.js'
import { isProblem } from './filter.js'
import type { Row } from './payload.js'

/** As many groups as are shown before one asks for more. */
const FEW = 5

interface Group {
  name: string
  images: number
  problems: number
  median: number | undefined
}

/** A table of what the images have in common, the worst first; each leads to its images. */
export function groupTable(
  caption: string,
  rows: Row[],
  keyOf: (row: Row) => string | undefined,
  choose: (name: string) => void,
): HTMLElement {
  const groups = grouped(rows, keyOf)
  const body = h('tbody', {}, ...groups.slice(0, FEW).map((group) => groupRow(group, choose)))
  const more = h(
    'button',
    {
      type: 'button',
      class: 'link',
      onclick() {
        body.replaceChildren(...groups.map((group) => groupRow(group, choose)))
        body.querySelectorAll('button')[FEW]?.focus()
        more.remove()
      },
    },
    `Show all ${groups.length}`,
  )
  return h(
    'section',
    { class: 'groups' },
    h('h2', {}, caption),
    h(
      'table',
      {},
      h(
        'thead',
        {},
        h(
          'tr',
          {},
          h(
            'th',
            { scope: 'col' },
            caption.replace('By ', '').replace(/^./, (first) => first.toUpperCase()),
          ),
          h('th', { scope: 'col', class: 'number' }, 'Images'),
          h('th', { scope: 'col', class: 'number' }, 'Look bad'),
          h('th', { scope: 'col', class: 'number' }, 'Median'),
        ),
      ),
      body,
    ),
    groups.length > FEW && more,
  )
}

function groupRow({ name, images, problems, median }: Group, choose: (name: string) => void): HTMLElement {
  return h(
    'tr',
    {},
    h(
      'th',
      { scope: 'row' },
      h('button', { type: 'button', class: 'link', onclick: () => choose(name) }, h('bdi', {}, name)),
    ),
    h('td', { class: 'number' }, images.toLocaleString('en')),
    h('td', { class: problems > 0 ? 'number some' : 'number none' }, problems.toLocaleString('en')),
    h('td', { class: 'number' }, median === undefined ? '–' : median.toFixed(1)),
  )
}

function grouped(rows: Row[], keyOf: (row: Row) => string | undefined): Group[] {
  const byKey = new Map<string, Row[]>()
  for (const row of rows) {
    const key = keyOf(row)
    if (key === undefined) continue
    const group = byKey.get(key)
    if (group) group.push(row)
    else byKey.set(key, [row])
  }
  return [...byKey]
    .map(([name, members]) => ({
      name,
      images: members.length,
      problems: members.filter(isProblem).length,
      median: median(members.flatMap(({ score }) => (score === undefined ? [] : [score]))),
    }))
    .sort((a, b) => b.problems - a.problems || (a.median ?? 101) - (b.median ?? 101) || (a.name < b.name ? -1 : 1))
}

function median(scores: number[]): number | undefined {
  if (scores.length === 0) return undefined
  const sorted = scores.sort((a, b) => a - b)
  const middle = (sorted.length - 1) / 2
  return (sorted[Math.floor(middle)]! + sorted[Math.ceil(middle)]!) / 2
}
