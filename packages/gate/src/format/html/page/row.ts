import { h } from './dom.js'
import type { Row } from './payload.js'
import { thumbnail } from './pictures.js'
import { folderOf, nameOf, STATUS, size } from './words.js'

/** A picture in its frame, or what stands for one. */
export function frame(source: string | undefined, alt: string): HTMLElement {
  if (!source) return h('span', { class: 'frame' }, h('span', { class: 'no-picture' }, 'no picture'))
  return h(
    'span',
    { class: 'frame' },
    h('span', { class: 'layers' }, h('img', { src: source, alt, decoding: 'async' })),
  )
}

/** A score as a number, a word and a line with its limit. */
export function scoreMeter({ score, label, limit }: Pick<Row, 'score' | 'label' | 'limit'>): HTMLElement {
  if (score === undefined) return h('span', { class: 'score none' }, h('span', { class: 'value' }, '–'))
  const fill = h('span', { class: `fill ${label}` })
  fill.style.width = `${score}%`
  const track = h('span', { class: 'track', 'aria-hidden': 'true' }, fill)
  if (limit) {
    const tick = h('span', { class: 'tick' })
    tick.style.left = `${limit}%`
    track.append(tick)
  }
  return h(
    'span',
    { class: 'score' },
    h('span', { class: 'value' }, score.toFixed(1)),
    h('span', { class: 'label' }, label),
    track,
  )
}

/** The status as a sign and a word. */
export function statusTag(status: Row['status']): HTMLElement {
  const { word, sign } = STATUS[status]
  return h('span', { class: `status ${status}` }, h('span', { class: 'sign', 'aria-hidden': 'true' }, sign), word)
}

/** One image of the list. */
export function rowElement(row: Row, open: (opener: HTMLElement) => void): HTMLElement {
  const { path, output, status, fault, format, width, height, bytes, advice, problem } = row
  const facts = [
    format?.toUpperCase(),
    width && height ? `${width} × ${height}` : undefined,
    bytes === undefined ? undefined : size(bytes),
  ].filter((fact) => fact !== undefined)
  const said = status === 'pass' ? output && `→ ${output}` : (advice ?? problem)
  const button = h(
    'button',
    { type: 'button', class: 'row', onclick: () => open(button) },
    frame(thumbnail(row.picture), ''),
    scoreMeter(row),
    h(
      'span',
      { class: 'what' },
      h(
        'span',
        { class: 'name' },
        h('bdi', { class: 'folder' }, folderOf(path) === '.' ? '' : `${folderOf(path)}/`),
        h('bdi', { class: 'file' }, nameOf(path)),
      ),
      h(
        'span',
        { class: 'said' },
        fault && status !== 'pass' ? h('span', { class: 'fault' }, fault) : undefined,
        ' ',
        said ? h('bdi', {}, said) : undefined,
      ),
    ),
    statusTag(status),
    h('span', { class: 'facts' }, ...facts.map((fact) => h('span', {}, fact))),
  )
  return button
}
