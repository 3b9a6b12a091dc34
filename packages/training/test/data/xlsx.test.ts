import { describe, expect, it } from 'vitest'
import { readSheet } from '../../src/data/xlsx.js'
import { writeXlsx } from './xlsx-writer.js'

describe('readSheet', () => {
  const book = writeXlsx({
    'read & me': [['nothing']],
    scores: [[], [undefined, 'a "b" <c> & é'], [1600, undefined, 0.25]],
  })

  it('reads texts and numbers where they stand', () => {
    expect(readSheet(book, 'scores', 'x.xlsx')).toEqual([[], ['', 'a "b" <c> & é'], ['1600', '', '0.25']])
    expect(readSheet(book, 'read & me', 'x.xlsx')).toEqual([['nothing']])
  })

  it('says which sheets there are instead', () => {
    expect(() => readSheet(book, 'all_by_image', 'x.xlsx')).toThrow(
      'Expected a sheet all_by_image for x.xlsx but found read & me, scores',
    )
  })

  it('says that bytes are no workbook', () => {
    expect(() => readSheet(Buffer.from('no'), 'scores', 'x.xlsx')).toThrow(
      'Expected an Excel workbook for x.xlsx but found other bytes',
    )
    expect(() => readSheet(book.subarray(200), 'scores', 'x.xlsx')).toThrow(
      /^Expected an Excel workbook for x.xlsx but found a damaged archive \(/,
    )
  })
})
