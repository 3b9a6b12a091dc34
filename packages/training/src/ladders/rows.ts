import { readFileSync } from 'node:fs'
import { parse } from 'csv-parse/sync'
import { DataError } from '../data/data-error.js'

/** What was said of one picture at one level. */
export interface Row {
  set: 'photograph' | 'graphic'
  picture: string
  /** `lossless` is the picture itself. */
  kind: string
  ladder: string
  level: number
  /** Rises with the quality that is left, within a ladder. */
  order: number
  /** 0 to 100; absent where it was skipped. */
  score?: number
  /** Why it has no score. */
  skipped?: string
  /** What is most wrong with it, where something was named. */
  fault?: string
  /** SSIMULACRA2, 0 to 100, where there was a judge. */
  judged?: number
}

const COLUMNS = ['set', 'picture', 'kind', 'ladder', 'level', 'order', 'score', 'skipped', 'fault', 'judged'] as const

/** The rows as CSV. */
export function toCsv(rows: readonly Row[]): string {
  const cell = (value: unknown) => {
    const text = value === undefined ? '' : String(value)
    return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
  }
  const lines = rows.map((row) => COLUMNS.map((column) => cell(row[column])).join(','))
  return `${[COLUMNS.join(','), ...lines].join('\n')}\n`
}

/** @throws {DataError} when the file is no table that {@link toCsv} made */
export function readRows(file: string): Row[] {
  let cells: Record<string, string>[]
  try {
    cells = parse(readFileSync(file, 'utf8'), { columns: true, skip_empty_lines: true })
  } catch (error) {
    throw DataError.expected('a table of "diqa-train ladders"', file, (error as Error).message)
  }
  const lacking = COLUMNS.find((column) => cells[0]?.[column] === undefined)
  if (lacking) throw DataError.expected(`a column ${lacking}`, file, 'none')
  return cells.map((row) => {
    const number = (name: string) => Number(row[name])
    const some = (name: 'score' | 'judged') => (row[name] === '' ? {} : { [name]: number(name) })
    const { set, picture, kind, ladder, skipped, fault } = row as unknown as Row
    const place = { set, picture, kind, ladder, level: number('level'), order: number('order') }
    return { ...place, ...some('score'), ...(skipped && { skipped }), ...(fault && { fault }), ...some('judged') }
  })
}
