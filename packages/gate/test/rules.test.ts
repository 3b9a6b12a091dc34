import { expect, test } from 'vitest'
import { compileRules, type Rule, resolveOptions } from '../src/index.js'

function limitsOf(rules: Rule[], ...names: string[]) {
  const { warn, error, level, files, maxDrop } = compileRules(resolveOptions({ rules }, { root: '/' }).rules)(names)
  return { warn: warn?.value, error: error?.value, level, files, maxDrop }
}

test('of the rules that match, the last one that has a key decides that key', () => {
  const rules: Rule[] = [
    { files: '**/*', warn: 80, error: 40 },
    { files: 'src/hero/**', error: 70 },
    { files: '**/icons/**', level: 'off' },
    { files: 'src/hero/small.png', warn: 75 },
  ]
  expect(limitsOf(rules, 'src/a.jpg')).toMatchObject({ warn: 80, error: 40, level: 'error', files: '**/*' })
  expect(limitsOf(rules, 'src/hero/a.jpg')).toMatchObject({ warn: 80, error: 70, files: 'src/hero/**' })
  expect(limitsOf(rules, 'src/hero/small.png')).toMatchObject({ warn: 75, error: 70, files: 'src/hero/small.png' })
  expect(limitsOf(rules, 'src/icons/a.png')).toMatchObject({ level: 'off' })
})

test('before the rules comes the default one', () => {
  expect(limitsOf([{ files: 'src/**', warn: 60 }], 'src/a.jpg')).toMatchObject({ warn: 60, error: 20 })
  expect(limitsOf([{ files: 'src/**', warn: 60 }], 'lib/a.jpg')).toMatchObject({ warn: 50, error: 20 })
})

test('what is an error is no mere warning', () => {
  expect(limitsOf([{ files: '**/*', error: 70 }], 'a.jpg')).toMatchObject({ warn: 70, error: 70 })
  expect(limitsOf([{ files: '**/*', warn: 0 }], 'a.jpg')).toMatchObject({ warn: 20, error: 20 })
  expect(limitsOf([{ files: '**/*', warn: 0, error: 0 }], 'a.jpg')).toMatchObject({ warn: 0, error: 0 })
})

test('maxDrop is one key: a number is the limit of an error', () => {
  const drop = (rules: Rule[]) => limitsOf(rules, 'a.jpg').maxDrop
  const of = (value: number) => ({ value, files: '**/*' })
  expect(drop([])).toBeUndefined()
  expect(drop([{ files: '**/*', maxDrop: 20 }])).toEqual({ warn: undefined, error: of(20) })
  expect(drop([{ files: '**/*', maxDrop: { warn: 10, error: 30 } }])).toEqual({ warn: of(10), error: of(30) })
  expect(drop([{ files: '**/*', maxDrop: { warn: 40, error: 30 } }])).toEqual({ warn: of(30), error: of(30) })
  const both: Rule[] = [
    { files: '**/*', maxDrop: { warn: 10, error: 30 } },
    { files: 'a.*', maxDrop: { warn: 5 } },
  ]
  expect(drop(both)).toEqual({ warn: { value: 5, files: 'a.*' }, error: undefined })
})

test('source or output may match; the glob of a list that matched is the one that is named', () => {
  const rules: Rule[] = [{ files: ['src/hero/**', 'assets/big-*'], error: 70 }]
  expect(limitsOf(rules, 'src/hero/a.jpg', 'assets/a-1.jpg')).toMatchObject({ error: 70, files: 'src/hero/**' })
  expect(limitsOf(rules, 'src/b.jpg', 'assets/big-b.jpg')).toMatchObject({ error: 70, files: 'assets/big-*' })
  expect(limitsOf(rules, 'src/b.jpg', 'assets/b.jpg')).toMatchObject({ error: 20, files: '**/*' })
})

test('case is ignored, a dot is a letter, and what lies above the root is reached', () => {
  const rules: Rule[] = [{ files: 'Shared/**', error: 70 }]
  expect(limitsOf(rules, 'shared/A.JPG')).toMatchObject({ error: 70 })
  expect(limitsOf(rules, 'shared/.hidden/a.jpg')).toMatchObject({ error: 70 })
  expect(limitsOf(rules, '../../shared/a.jpg')).toMatchObject({ error: 70 })
  expect(limitsOf([{ files: '../shared/**', error: 70 }], '../shared/a.jpg')).toMatchObject({ error: 70 })
  expect(limitsOf([], '../shared/a.jpg')).toMatchObject({ error: 20 })
})
