import { h } from './dom.js'
import { EVERYTHING, type Filter, isProblem, matches, ORDERS } from './filter.js'
import type { Row } from './payload.js'
import { count, folderOf, LABELS, STATUS, titleCase } from './words.js'

/** What is shown, and in which order. */
export interface Choice {
  filter: Filter
  order: string
}

/** The controls over the list. */
export class Toolbar {
  readonly element: HTMLElement
  readonly #rows: Row[]
  readonly #changed: (rows: Row[]) => void
  readonly #search = h('input', {
    type: 'search',
    id: 'search',
    placeholder: 'Search by path',
    spellcheck: 'false',
    autocomplete: 'off',
  })
  readonly #order: HTMLSelectElement
  readonly #selects: Partial<Record<keyof Filter, HTMLSelectElement>>
  readonly #count = h('p', { class: 'count', 'aria-live': 'polite' })
  readonly #reset = h('button', { type: 'button', class: 'link', onclick: () => this.reset() }, 'Show all')

  constructor(rows: Row[], changed: (rows: Row[]) => void) {
    this.#rows = rows
    this.#changed = changed
    this.#order = select(
      'order',
      Object.entries(ORDERS)
        .filter(([key]) => key !== 'lost' || rows.some(({ source }) => source))
        .map(([key, { word }]) => [key, word]),
    )
    this.#selects = {
      status: select('status', statuses(rows)),
      label: select(
        'label',
        options(
          'Any label',
          LABELS.filter((label) => rows.some((row) => row.label === label)),
          titleCase,
        ),
      ),
      fault: select(
        'fault',
        options(
          'Any fault',
          distinct(rows, ({ fault }) => fault),
          titleCase,
        ),
      ),
      format: select(
        'format',
        options(
          'Any format',
          distinct(rows, ({ format }) => format),
          (word) => word.toUpperCase(),
        ),
      ),
      folder: select(
        'folder',
        options(
          'Any folder',
          distinct(rows, ({ path }) => folderOf(path)),
        ),
      ),
    }
    const all = { order: this.#order, ...this.#selects }
    // A choice between one thing is none.
    const fields = Object.entries(all).filter(
      ([
        ,
        {
          options: { length },
        },
      ]) => length > 2,
    )
    const words: Record<string, string> = { order: 'Sort' }
    this.element = h(
      'div',
      { class: 'toolbar' },
      h(
        'form',
        { role: 'search', onsubmit: (event: Event) => event.preventDefault() },
        h('div', { class: 'field wide' }, h('label', { for: 'search' }, 'Search'), this.#search),
        ...fields.map(([key, field]) =>
          h('div', { class: 'field' }, h('label', { for: key }, words[key] ?? titleCase(key)), field),
        ),
      ),
      h('div', { class: 'result' }, this.#count, this.#reset),
    )
    this.#search.addEventListener('input', () => this.apply())
    for (const field of Object.values(all)) field.addEventListener('change', () => this.apply())
    addEventListener('keydown', (event) => {
      const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLSelectElement
      if (event.key !== '/' || isTyping || document.querySelector('dialog[open]')) return
      event.preventDefault()
      this.#search.focus()
    })
  }

  /** Shows what one condition alone lets through, and leads there. */
  only(key: keyof Filter, value: string): void {
    this.#set({ ...EVERYTHING, [key]: value })
    this.apply()
    this.element.scrollIntoView()
    this.#search.focus({ preventScroll: true })
  }

  reset(): void {
    this.#set(EVERYTHING)
    this.apply()
    this.#search.focus()
  }

  apply(): void {
    const filter = this.#filter()
    const { order } = ORDERS[this.#order.value]!
    const rows = this.#rows.filter((row) => matches(row, filter)).sort(order)
    const total = count(this.#rows.length, 'image')
    const isAll = rows.length === this.#rows.length
    this.#count.textContent = isAll ? total : `${rows.length.toLocaleString('en')} of ${total}`
    this.#reset.hidden = isAll
    this.#changed(rows)
  }

  #filter(): Filter {
    const chosen = Object.entries(this.#selects).map(([key, field]) => [key, field.value])
    return { ...EVERYTHING, ...Object.fromEntries(chosen), search: this.#search.value.trim() }
  }

  #set(filter: Filter): void {
    this.#search.value = filter.search
    for (const [key, field] of Object.entries(this.#selects)) field.value = filter[key as keyof Filter]
  }
}

type Option = [value: string, word: string]

function select(id: string, entries: Option[]): HTMLSelectElement {
  return h('select', { id }, ...entries.map(([value, word]) => h('option', { value }, word)))
}

function options(any: string, values: string[], word: (value: string) => string = (value) => value): Option[] {
  return [['', any], ...values.map((value): Option => [value, word(value)])]
}

function statuses(rows: Row[]): Option[] {
  const present = Object.entries(STATUS).filter(([status]) => rows.some((row) => row.status === status))
  const problem: Option[] = rows.some(isProblem) ? [['problem', 'Needs a look']] : []
  return [['', 'Any status'], ...problem, ...present.map(([status, { word }]): Option => [status, word])]
}

function distinct(rows: Row[], of: (row: Row) => string | undefined): string[] {
  return [...new Set(rows.map(of).filter((value) => value !== undefined))].sort()
}
