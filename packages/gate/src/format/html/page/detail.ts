import { h } from './dom.js'
import type { Row } from './payload.js'
import { heatMap, preview } from './pictures.js'
import { frame, scoreMeter, statusTag } from './row.js'
import { folderOf, nameOf, size, titleCase } from './words.js'

/** One image in full, over the list; the arrow keys lead to its neighbours. */
export class Detail {
  readonly element = h('dialog', { class: 'detail', 'aria-labelledby': 'detail-title' })
  #rows: Row[] = []
  #index = 0
  #closed: (index: number) => void = () => {}

  constructor() {
    this.element.addEventListener('close', () => this.#closed(this.#index))
    this.element.addEventListener('keydown', (event) => {
      if (event.target instanceof HTMLInputElement) return
      if (event.key === 'ArrowLeft') this.#go(-1)
      if (event.key === 'ArrowRight') this.#go(1)
    })
    // A click beside it: the dialog itself is hit only where nothing is in it.
    this.element.addEventListener('click', (event) => {
      if (event.target === this.element) this.element.close()
    })
  }

  /** @param closed hears which image was looked at last */
  open(rows: Row[], index: number, closed: (index: number) => void): void {
    this.#rows = rows
    this.#index = index
    this.#closed = closed
    this.#draw()
    this.element.showModal()
  }

  #go(by: number): void {
    const index = this.#index + by
    if (index < 0 || index >= this.#rows.length) return
    this.#index = index
    this.#draw()
  }

  #draw(): void {
    const row = this.#rows[this.#index]!
    const active = document.activeElement
    const label = active && this.element.contains(active) ? active.getAttribute('aria-label') : null
    this.element.replaceChildren(h('div', { class: 'sheet' }, this.#bar(), title(row), pictures(row), facts(row)))
    const again = label === null ? null : this.element.querySelector<HTMLElement>(`[aria-label="${label}"]`)
    again?.focus()
  }

  #bar(): HTMLElement {
    const step = (by: number, name: string, sign: string) => {
      const index = this.#index + by
      const isEnd = index < 0 || index >= this.#rows.length
      return h(
        'button',
        {
          type: 'button',
          'aria-label': name,
          'aria-disabled': isEnd ? 'true' : undefined,
          onclick: () => this.#go(by),
        },
        sign,
      )
    }
    return h(
      'div',
      { class: 'bar' },
      step(-1, 'Previous image', '←'),
      step(1, 'Next image', '→'),
      h('span', { class: 'place', 'aria-live': 'polite' }, `${this.#index + 1} of ${this.#rows.length}`),
      h('button', { type: 'button', class: 'close', 'aria-label': 'Close', onclick: () => this.element.close() }, '✕'),
    )
  }
}

function title({ path, output, status }: Row): HTMLElement {
  const folder = folderOf(path)
  return h(
    'div',
    { class: 'title' },
    h(
      'h2',
      { id: 'detail-title' },
      h('bdi', { class: 'folder' }, folder === '.' ? '' : `${folder}/`),
      h('bdi', {}, nameOf(path)),
    ),
    output === undefined ? undefined : h('p', { class: 'output' }, 'Built as ', h('bdi', {}, output)),
    statusTag(status),
  )
}

function pictures(row: Row): HTMLElement {
  const { source } = row
  const own = shown(row)
  if (!source) return h('div', { class: 'pictures' }, own)
  const from = figure(preview(source.picture), `Source of ${row.path}`, 'Source', source)
  return h('div', { class: 'pictures two' }, from, own)
}

/** The image, and what the network holds against it, laid over it on demand. */
function shown(row: Row): HTMLElement {
  const made = figure(preview(row.picture), `Preview of ${row.path}`, row.source ? 'Output' : '', row)
  const heat = heatMap(row.picture)
  if (!heat) return made
  const layer = h('img', { src: heat, alt: '', class: 'heat', hidden: true })
  made.querySelector('.layers')?.append(layer)
  const toggle = h(
    'button',
    {
      type: 'button',
      class: 'toggle',
      'aria-pressed': 'false',
      'aria-label': 'Show the predicted error',
      onclick() {
        layer.hidden = !layer.hidden
        made.classList.toggle('heated', !layer.hidden)
        toggle.setAttribute('aria-pressed', String(!layer.hidden))
      },
    },
    'Show the predicted error',
  )
  const key = h(
    'span',
    { class: 'key' },
    h('span', { class: 'ramp', 'aria-hidden': 'true' }),
    'clear: looks fine, yellow to red: looks worse',
  )
  made.append(h('div', { class: 'heat-bar' }, toggle, key))
  return made
}

function figure(
  source: string | undefined,
  alt: string,
  word: string,
  score: Pick<Row, 'score' | 'label' | 'limit'>,
): HTMLElement {
  return h(
    'figure',
    {},
    frame(source, alt),
    h('figcaption', {}, word ? h('span', { class: 'word' }, word) : undefined, scoreMeter(score)),
  )
}

function facts(row: Row): HTMLElement {
  const { problem, advice, fault, limit, rule, notes = [], source, score, format, width, height, bytes } = row
  const lost = source && score !== undefined ? Math.round((source.score - score) * 10) / 10 : undefined
  const pairs: [string, string | undefined][] = [
    ['What is wrong', row.status === 'pass' ? undefined : problem],
    ['Most wrong', fault && titleCase(fault)],
    ['What to do', advice],
    ['Lost since the source', lost === undefined ? undefined : `${lost} points`],
    ['Limit', limit === undefined ? undefined : String(limit)],
    ['Rule', rule],
    ['Note', notes.length > 0 ? notes.join(' ') : undefined],
    ['Size', width && height ? `${width} × ${height} pixels` : undefined],
    [
      'File',
      [format?.toUpperCase(), bytes === undefined ? undefined : size(bytes)].filter(Boolean).join(', ') || undefined,
    ],
  ]
  return h(
    'dl',
    {},
    ...pairs.flatMap(([term, text]) =>
      text === undefined ? [] : [h('div', {}, h('dt', {}, term), h('dd', {}, h('bdi', {}, text)))],
    ),
  )
}
