import { describe, expect, it } from 'vitest'
import { matNumbers, matTexts, readMat } from '../../src/data/mat.js'
import { writeMat } from './mat-writer.js'

/** Written by SciPy's savemat: dmos_new, orgs (logical) and refnames_all, compressed. */
const fromScipy = Buffer.from(
  'TUFUTEFCIDUuMCBNQVQtZmlsZSBQbGF0Zm9ybTogcG9zaXgsIENyZWF0ZWQgb246IE1vbiBOb3YgMjMgMjE6MjY6MjIgMjAyNgAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAABSU0PAAAAOwAAAHic42NgYAgAYjYg5oDSIMAK5TMCMTOUBvFTcvOL4/NSyzmBbAkGGHhgD6GZDjysElnn/jHaAQDW+wnbDwAAACoAAAB4nONjYGAwAGI2IOYAYk4mBjBghfIZgZgZTLMw5BelFzMBeSAxACWrAi8PAAAAZwAAAHic42NgYOBgZGBgA9FADGSCASsSnxlK8wBxUWpaXmJuanF8Yk4OSB0fEFswIPSzYNHPimSuAJSfqJeUWwDV70FAvwiafhC/uKQ0JTWvpDi5NKegpLQoFWocWe4BqT28EmICAPUJE+I=',
  'base64',
)

describe('readMat', () => {
  it('reads what another program wrote', () => {
    const variables = readMat(fromScipy, 'z.mat')
    expect(matNumbers(variables, 'dmos_new', 'z.mat')).toEqual([0.5, -2.25, 111.77])
    expect(matNumbers(variables, 'orgs', 'z.mat')).toEqual([1, 0, 0])
    expect(matTexts(variables, 'refnames_all', 'z.mat')).toEqual(['a.bmp', 'studentsculpture.bmp', 'é.bmp'])
  })

  for (const compressed of [false, true]) {
    for (const bytes of [false, true]) {
      it(`reads numbers and texts, ${compressed ? '' : 'un'}compressed, as ${bytes ? 'bytes' : 'doubles'}`, () => {
        const file = writeMat({ n: [1, 2, 3, 4, 5], one: [7], s: ['a', 'längerer Text', ''] }, { compressed, bytes })
        const variables = readMat(file, 'x.mat')
        expect(matNumbers(variables, 'n', 'x.mat')).toEqual([1, 2, 3, 4, 5])
        expect(matNumbers(variables, 'one', 'x.mat')).toEqual([7])
        expect(matTexts(variables, 's', 'x.mat')).toEqual(['a', 'längerer Text', ''])
      })
    }
  }

  it('says which other version a file has', () => {
    const later = writeMat({})
    later.writeUInt16LE(0x0200, 124)
    expect(() => readMat(later, 'x.mat')).toThrow(
      'Expected a MATLAB 5 file for x.mat but found version 7.3 (save it again with -v7)',
    )
    expect(() => readMat(Buffer.from('no'), 'x.mat')).toThrow(
      'Expected a MATLAB 5 file for x.mat but found other bytes',
    )
  })

  it('says that a file is damaged', () => {
    const whole = writeMat({ n: [1, 2, 3] })
    expect(() => readMat(whole.subarray(0, -8), 'x.mat')).toThrow(
      'Expected a whole MATLAB 5 file for x.mat but found a damaged one (it ends too early)',
    )
  })

  it('says which variables there are instead', () => {
    const variables = readMat(writeMat({ n: [1], s: ['a'] }), 'x.mat')
    expect(() => matNumbers(variables, 'dmos', 'x.mat')).toThrow(
      'Expected an array of numbers dmos for x.mat but found n (numbers), s (cells)',
    )
    expect(() => matTexts(variables, 'n', 'x.mat')).toThrow(
      'Expected a cell array of texts n for x.mat but found n (numbers), s (cells)',
    )
    expect(() => matTexts(readMat(writeMat({}), 'x.mat'), 'n', 'x.mat')).toThrow('but found no variable')
  })
})
