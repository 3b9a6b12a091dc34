import { Detail } from './detail.js'
import { h } from './dom.js'
import { groupTable } from './groups.js'
import { histogram } from './histogram.js'
import { ImageList } from './list.js'
import type { Payload, Row } from './payload.js'
import { themeSwitch } from './theme.js'
import { Toolbar } from './toolbar.js'
import { count, folderOf, LABELS, STATUS } from './words.js'

const { rows, origin, limits } = JSON.parse(document.getElementById('payload')!.textContent!) as Payload
const main = document.getElementById('report')!
const detail = new Detail()
const list = new ImageList((shown, index) => detail.open(shown, index, (last) => list.focus(last)))
const toolbar = new Toolbar(rows, (shown) => {
  list.show(shown)
  nothing.hidden = shown.length > 0
})
const nothing = h('p', { class: 'nothing', hidden: true }, 'No image is like that.')

document.querySelector('header')!.append(themeSwitch())
main.append(
  h('p', { class: 'counts' }, ...statusCounts(rows)),
  overview(),
  h('section', { class: 'images', 'aria-label': 'Images' }, toolbar.element, list.element, nothing),
  h('footer', {}, origin),
)
document.body.append(detail.element)
toolbar.apply()

function overview(): HTMLElement {
  return h(
    'div',
    { class: 'overview' },
    h('section', { class: 'scores' }, h('h2', {}, 'Scores'), histogram(rows, limits), labelCounts()),
    groupTable(
      'By folder',
      rows,
      ({ path }) => folderOf(path),
      (name) => toolbar.only('folder', name),
    ),
    groupTable(
      'By format',
      rows,
      ({ format }) => format,
      (name) => toolbar.only('format', name),
    ),
  )
}

function statusCounts(all: Row[]): HTMLElement[] {
  return Object.entries(STATUS).flatMap(([status, { word, sign }]) => {
    const number = all.filter((row) => row.status === status).length
    if (number === 0) return []
    const sentence =
      status === 'pass' || status === 'skip' || status === 'exempt' || status === 'undecodable'
        ? `${number.toLocaleString('en')} ${word.toLowerCase()}`
        : count(number, word.toLowerCase())
    const label = h('span', { class: 'sign', 'aria-hidden': 'true' }, sign)
    return [
      h(
        'button',
        { type: 'button', class: `status ${status}`, onclick: () => toolbar.only('status', status) },
        label,
        sentence,
      ),
    ]
  })
}

function labelCounts(): HTMLElement {
  const items = LABELS.map((label) => {
    const number = rows.filter((row) => row.label === label).length
    const choose = () => toolbar.only('label', label)
    return h(
      'li',
      {},
      h(
        'button',
        { type: 'button', class: 'link', disabled: number === 0, onclick: choose },
        h('span', { class: `dot ${label}`, 'aria-hidden': 'true' }),
        `${number.toLocaleString('en')} ${label}`,
      ),
    )
  })
  return h('ul', { class: 'labels', role: 'list' }, ...items)
}
