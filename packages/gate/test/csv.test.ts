import { parse } from 'csv-parse/sync'
import { expect, test } from 'vitest'
import { formats } from '../src/index.js'
import { reportFrom } from './sample-report.js'
import { KINDS } from './support/findings.js'
import { HOSTILE, hostileImages } from './support/hostile.js'

/** A strict reading, as RFC 4180 has it. */
const read = (text: string): Record<string, string>[] =>
  parse(text, { columns: true, recordDelimiter: '\r\n', relaxQuotes: false, relaxColumnCount: false })

test('a row for each image, a column for each fact', () => {
  const rows = read(formats.csv(reportFrom(KINDS)))
  expect(rows).toHaveLength(KINDS.length)
  const byPath = new Map(rows.map((row) => [row.path, row]))
  expect(byPath.get('src/b-bad.jpg')).toEqual({
    path: 'src/b-bad.jpg',
    output: 'assets/b-bad-3f2a91bc.jpg',
    status: 'error',
    score: '12.3',
    label: 'bad',
    fault: 'compression',
    warn: '40',
    error: '20',
    rule: 'src/**',
    source_score: '',
    format: 'jpeg',
    width: '1200',
    height: '800',
    bytes: '34120',
    sha256: 'ab'.repeat(32),
    reason: '',
    message: '',
    advice: 'Export it again from the original at a higher quality.',
    notes: '',
    cached: '',
  })
  expect(byPath.get('src/d-dropped.jpg')!.source_score).toBe('80.1')
  expect(byPath.get('legacy/1998.gif')).toMatchObject({ status: 'exempt', score: '', reason: 'archive scans' })
})

test('without images there is the header', () => {
  expect(formats.csv(reportFrom([]))).toMatch(/^path,output,status,score,[\w,]+\r\n$/)
})

test('whatever a name holds, it is one cell', () => {
  const names = read(formats.csv(reportFrom(hostileImages()))).map(({ path }) => path!.replace(/^\.\//, ''))
  expect(names.toSorted()).toEqual(HOSTILE.map((name) => name.replace('\ud800', '\ufffd')).toSorted())
})

test('no cell is a formula of a spreadsheet, and a path is still a path', () => {
  const rows = read(formats.csv(reportFrom(hostileImages())))
  for (const cell of rows.flatMap((row) => Object.values(row))) expect(cell).not.toMatch(/^[=+\-@\t\r]/)
  const paths = rows.map(({ path }) => path)
  expect(paths).toContain('./=cmd|calc!A0.jpg')
  expect(paths).toContain('./@team/+1.jpg')
  expect(rows.map(({ rule }) => rule)).toContain("'=cmd|calc!A0.jpg")
})
