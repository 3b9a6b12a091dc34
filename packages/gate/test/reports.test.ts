import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import {
  type FormatName,
  formats,
  renderReports,
  resolveOptions,
  type Severity,
  UsageError,
  writeReports,
} from '../src/index.js'
import { folder } from './support/folder.js'
import { gate } from './support/gate.js'

const options = resolveOptions(
  {
    reports: [
      { format: 'json', file: 'reports/diqa.json' },
      { format: ({ summary }) => `${summary.images} images\n`, file: 'count.txt' },
    ],
  },
  { root: '/site' },
)

test('each report is rendered in its format, also when the build fails', async () => {
  const result = await gate({ 'a.jpg': 5 })
  expect(result.failed).toBe(true)
  const { rendered, faults } = await renderReports(result, options)
  const [json, count] = rendered
  expect(json!.file).toBe('reports/diqa.json')
  expect(JSON.parse(json!.content)).toEqual(result.report)
  expect(count).toEqual({ file: 'count.txt', content: '1 images\n' })
  expect(faults).toEqual([])
})

test('an image without pixels is to programs what it is to the gate', async () => {
  const names = ['github', 'junit', 'sarif', 'markdown'] as const
  const reports = names.map((format) => ({ format, file: format }))
  const rendered = async (onUndecodable: Severity, image = 'broken') => {
    const all = resolveOptions({ reports, onUndecodable }, { root: '/site' })
    const { rendered } = await renderReports(await gate({ 'a.jpg': image, 'b.jpg': 90 }, { onUndecodable }), all)
    return Object.fromEntries(rendered.map(({ file, content }) => [file, content]))
  }
  const level = /"level": "(\w+)",\s*"message"/
  const error = await rendered('error')
  expect(error.github).toMatch(/^::error file=a\.jpg/)
  expect(error.junit).toContain('tests="2" failures="0" errors="1" skipped="0"')
  expect(error.sarif).toMatch(level)
  const warn = await rendered('warn')
  expect(warn.github).toMatch(/^::warning file=a\.jpg/)
  expect(warn.junit).toContain('tests="2" failures="0" errors="0" skipped="0"')
  expect(level.exec(warn.sarif!)![1]).toBe('warning')
  expect(warn.markdown).toContain('warning | `a.jpg`')
  const off = await rendered('off')
  expect(off.github).toBe('')
  expect(off.junit).toContain('tests="2" failures="0" errors="0" skipped="1"')
  expect(off.junit).toContain('<skipped message="')
  expect(off.sarif).not.toMatch(level)
  expect(off.markdown).not.toContain('a.jpg')
  expect((await rendered('off', 'fault')).github).toMatch(/^::error file=a\.jpg/)
})

test('they are written where they are asked for, in place of older ones', async () => {
  const root = await folder({ 'count.txt': 'old and much longer than that' })
  const files = await writeReports(root, await gate({ 'a.jpg': 5 }), options)
  expect(files).toEqual([join(root, 'reports/diqa.json'), join(root, 'count.txt')])
  expect(await readFile(files[1]!, 'utf8')).toBe('1 images\n')
  expect(await readdir(root)).toEqual(['count.txt', 'reports'])
})

test('every format writes its file', async () => {
  const root = await folder()
  const names = Object.keys(formats) as FormatName[]
  const reports = names.map((format) => ({ format, file: `reports/${format}` }))
  await writeReports(root, await gate({ 'a.jpg': 5, 'b.jpg': 90 }), resolveOptions({ reports }, { root }))
  expect(await readdir(join(root, 'reports'))).toEqual(names.toSorted())
})

test('one that fails loses no other, and is told of', async () => {
  const root = await folder({ 'taken/b': '' })
  const broken = () => {
    throw new Error('No ink.')
  }
  const reports = [
    { format: broken, file: 'a.txt' },
    { format: (() => 42) as never, file: 'b.txt' },
    { format: 'json' as const, file: 'taken' },
    { format: 'json' as const, file: 'd.json' },
  ]
  const written = writeReports(root, await gate({ 'a.jpg': 5 }), resolveOptions({ reports }, { root }))
  await expect(written).rejects.toThrow(
    [
      `The report "a.txt" is missing: Expected text from a report's format but it failed (No ink.).`,
      `The report "b.txt" is missing: Expected text from a report's format but received a value of type Number.`,
      'The report "taken" is missing: Expected a file that can be written (EISDIR).',
    ].join('\n'),
  )
  await expect(written).rejects.toThrow(UsageError)
  expect(await readdir(root)).toEqual(['d.json', 'taken'])
})
