import type { Row } from './payload.js'
import { folderOf } from './words.js'

/** What of the images is shown; an empty string is no condition. */
export interface Filter {
  search: string
  status: string
  label: string
  fault: string
  format: string
  folder: string
}

export const EVERYTHING: Filter = { search: '', status: '', label: '', fault: '', format: '', folder: '' }

/** What the gate complains of. */
export function isProblem({ status }: Row): boolean {
  return status === 'error' || status === 'warn' || status === 'undecodable'
}

export function matches(row: Row, filter: Filter): boolean {
  const { search, status, label, fault, format, folder } = filter
  return (
    (status === '' || (status === 'problem' ? isProblem(row) : row.status === status)) &&
    (label === '' || row.label === label) &&
    (fault === '' || row.fault === fault) &&
    (format === '' || row.format === format) &&
    (folder === '' || folderOf(row.path) === folder || row.path.startsWith(`${folder}/`)) &&
    (search === '' || isFound(row, search.toLowerCase()))
  )
}

function isFound({ path, output = '' }: Row, search: string): boolean {
  return path.toLowerCase().includes(search) || output.toLowerCase().includes(search)
}

/** What can be seen to be bad comes before what cannot be seen. */
const RANK: Record<Row['status'], number> = { error: 0, undecodable: 1, warn: 2, pass: 3, skip: 4, exempt: 5 }

const byStatus = (a: Row, b: Row) => RANK[a.status] - RANK[b.status]
const byScore = (a: Row, b: Row) => (a.score ?? -1) - (b.score ?? -1)
const byPath = (a: Row, b: Row) => (a.path < b.path ? -1 : a.path > b.path ? 1 : 0)
const lost = ({ source, score = 0 }: Row) => (source ? source.score - score : Number.NEGATIVE_INFINITY)

type Order = (a: Row, b: Row) => number

/** The orders that rows can be in. Those that are no better or worse stay in the order of their paths. */
export const ORDERS: Record<string, { word: string; order: Order }> = {
  worst: { word: 'Worst first', order: (a, b) => byStatus(a, b) || byScore(a, b) },
  best: { word: 'Best first', order: (a, b) => byScore(b, a) },
  lost: { word: 'Most lost since the source', order: (a, b) => compare(lost(b), lost(a)) || byScore(a, b) },
  path: { word: 'By path', order: byPath },
  largest: { word: 'Largest file', order: (a, b) => (b.bytes ?? 0) - (a.bytes ?? 0) },
}

function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0
}
