import { parse } from 'csv-parse/sync'
import { DataError } from './data-error.js'

export type Row = readonly string[]

/**
 * Rows of cells, trimmed, from text separated by comma, semicolon or tab, whichever the first line has most of.
 *
 * @throws {DataError} when the text is not such a table, e.g. a quote is left open. `file` is named in the message.
 */
export function parseRows(text: string, file: string): Row[] {
  try {
    return parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
    })
  } catch (error) {
    throw DataError.expected('a table', file, `text that does not parse: ${(error as Error).message}`)
  }
}

function delimiterOf(text: string): string {
  const line = (/^\uFEFF?\s*([^\r\n]*)/.exec(text)?.[1] ?? '').replace(/"[^"]*"/g, '')
  const counts = [',', ';', '\t'].map((delimiter) => ({ delimiter, count: line.split(delimiter).length }))
  return counts.reduce((most, next) => (next.count > most.count ? next : most)).delimiter
}

/** A table with named columns. */
export class Table {
  readonly #columns: Map<string, number>

  constructor(
    readonly columns: readonly string[],
    readonly rows: readonly Row[],
    /** Named in messages. */
    readonly file: string,
  ) {
    this.#columns = new Map(columns.map((name, index) => [name.toLowerCase(), index]))
  }

  /** @throws {DataError} when the text is not a table. */
  static parse(text: string, file: string): Table {
    const [columns = [], ...rows] = parseRows(text, file)
    return new Table(columns, rows, file)
  }

  has(column: string): boolean {
    return this.#columns.has(column.toLowerCase())
  }

  /** The text of a cell by row; the first of `names` that the table has is taken, whatever its case. */
  optional(...names: [string, ...string[]]): (row: Row) => string {
    const index = names.map((name) => this.#columns.get(name.toLowerCase())).find((at) => at !== undefined)
    return (row) => (index === undefined ? '' : (row[index] ?? ''))
  }

  /** @throws {DataError} when the table has none of `names`. */
  column(...names: [string, ...string[]]): (row: Row) => string {
    if (!names.some((name) => this.has(name))) {
      const found = this.columns.filter((name) => name !== '').join(', ') || 'none'
      throw DataError.expected(`a column ${names.join(' or ')}`, this.file, found)
    }
    return this.optional(...names)
  }
}
