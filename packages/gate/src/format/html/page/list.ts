import { h } from './dom.js'
import type { Row } from './payload.js'
import { rowElement } from './row.js'

/** Rows beyond the window, above and below, so that scrolling shows no gaps. */
const SPARE = 8
/** Rows that are printed: more is no document but a data base. */
const PRINTED = 500

/** The list of images. Only what is near the window is in the document: ten thousand rows scroll like ten. */
export class ImageList {
  readonly element = h('div', { class: 'list' })
  readonly #space = h('ol', { 'aria-label': 'Images', role: 'list' })
  readonly #more = h('p', { class: 'print-only' })
  readonly #open: (rows: Row[], index: number, opener: HTMLElement) => void
  #rows: Row[] = []
  #shown = new Map<number, HTMLElement>()
  #height = 0
  #isPrinting = false

  constructor(open: (rows: Row[], index: number, opener: HTMLElement) => void) {
    this.#open = open
    this.element.append(this.#space, this.#more)
    addEventListener('scroll', () => this.#draw(), { passive: true })
    addEventListener('resize', () => this.#measure())
    addEventListener('beforeprint', () => this.#print(true))
    addEventListener('afterprint', () => this.#print(false))
    this.#space.addEventListener('keydown', (event) => this.#move(event))
  }

  show(rows: Row[]): void {
    this.#rows = rows
    this.#clear()
    this.#measure()
  }

  /** Puts the keyboard on a row, wherever it is. */
  focus(index: number): void {
    if (index < 0 || index >= this.#rows.length) return
    const top = this.#space.getBoundingClientRect().top + scrollY + index * this.#height
    const room = innerHeight - this.#height
    if (top < scrollY || top > scrollY + room) scrollTo({ top: top - room / 2 })
    this.#draw()
    this.#shown.get(index)?.querySelector('button')?.focus({ preventScroll: true })
  }

  #measure(): void {
    // As the style sheet has it for this width.
    const height = Number.parseFloat(getComputedStyle(this.#space).getPropertyValue('--row-height'))
    if (height !== this.#height) this.#clear()
    this.#height = height
    this.#space.style.setProperty('--height', `${this.#rows.length * height}px`)
    this.#draw()
  }

  #clear(): void {
    this.#shown.clear()
    this.#space.replaceChildren()
  }

  #draw(): void {
    if (this.#isPrinting) return
    const top = -this.#space.getBoundingClientRect().top
    const first = Math.max(0, Math.floor(top / this.#height) - SPARE)
    const last = Math.min(this.#rows.length, Math.ceil((top + innerHeight) / this.#height) + SPARE)
    for (const [index, item] of this.#shown) {
      const isNear = index >= first && index < last
      if (isNear || item.contains(document.activeElement)) continue
      item.remove()
      this.#shown.delete(index)
    }
    for (let index = first; index < last; index++) if (!this.#shown.has(index)) this.#add(index)
  }

  /** In the order of the rows, for readers that go by the document. */
  #add(index: number): void {
    const item = this.#item(index)
    item.style.top = `${index * this.#height}px`
    const after = [...this.#shown.keys()].filter((other) => other > index)
    const next = after.length > 0 ? this.#shown.get(Math.min(...after))! : null
    this.#space.insertBefore(item, next)
    this.#shown.set(index, item)
  }

  #item(index: number): HTMLElement {
    const open = (opener: HTMLElement) => this.#open(this.#rows, index, opener)
    const place = { 'aria-setsize': this.#rows.length, 'aria-posinset': index + 1 }
    return h('li', place, rowElement(this.#rows[index]!, open))
  }

  /** Arrows go from image to image, as in any list. */
  #move(event: KeyboardEvent): void {
    const index = [...this.#shown].find(([, item]) => item.contains(document.activeElement))?.[0]
    if (index === undefined) return
    const page = Math.max(1, Math.floor(innerHeight / this.#height) - 1)
    const last = this.#rows.length - 1
    const to: Record<string, number> = {
      ArrowDown: Math.min(index + 1, last),
      ArrowUp: Math.max(index - 1, 0),
      PageDown: Math.min(index + page, last),
      PageUp: Math.max(index - page, 0),
      Home: 0,
      End: last,
    }
    const target = to[event.key]
    if (target === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    event.preventDefault()
    this.focus(target)
  }

  /** Paper does not scroll. */
  #print(isPrinting: boolean): void {
    this.#isPrinting = isPrinting
    this.#clear()
    if (!isPrinting) {
      this.#draw()
      return
    }
    const rows = this.#rows.slice(0, PRINTED)
    this.#space.append(...rows.map((_, index) => this.#item(index)))
    const left = this.#rows.length - rows.length
    this.#more.textContent =
      left > 0 ? `The first ${PRINTED} of ${this.#rows.length}: filter the list to print others.` : ''
  }
}
