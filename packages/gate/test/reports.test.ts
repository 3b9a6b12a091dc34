import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { renderReports, resolveOptions, writeReports } from '../src/index.js'
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
  const [json, count] = renderReports(result, options)
  expect(json!.file).toBe('reports/diqa.json')
  expect(JSON.parse(json!.content)).toEqual(result.report)
  expect(count).toEqual({ file: 'count.txt', content: '1 images\n' })
})

test('they are written where they are asked for, in place of older ones', async () => {
  const root = await folder({ 'count.txt': 'old and much longer than that' })
  const files = await writeReports(root, await gate({ 'a.jpg': 5 }), options)
  expect(files).toEqual([join(root, 'reports/diqa.json'), join(root, 'count.txt')])
  expect(await readFile(files[1]!, 'utf8')).toBe('1 images\n')
  expect(await readdir(root)).toEqual(['count.txt', 'reports'])
})
