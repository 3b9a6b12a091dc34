import { expect, test } from 'vitest'
import { formats } from '../src/index.js'
import { reportFrom, reportOf, scored, skipped, truncated, unreadable } from './sample-report.js'
import { gate } from './support/gate.js'
import { errors, schema } from './support/schema.js'

const report = reportOf({ a: scored(100, ['A note.']), b: scored(0), c: skipped, d: truncated, e: unreadable })

test('reports are valid', () => {
  expect(errors(JSON.parse(formats.json(report)))).toEqual([])
  expect(errors(reportOf({}))).toEqual([])
  expect(errors(reportOf({}, { partial: true }))).toEqual([])
})

test('what a gate adds is valid', () => {
  const gated = reportFrom([
    { ...report.images[0]!, output: 'assets/a-3f2a.jpg', rule: { files: 'src/**', warn: 60, error: 40 }, cached: true },
    { path: 'legacy/1998.gif', status: 'exempt', reason: 'archive scans' },
  ])
  expect(errors(gated)).toEqual([])
})

test('what the gate makes is valid', async () => {
  const images = { 'a.jpg': 90, 'b.jpg': 30, 'c.jpg': 10, 'd.jpg': 'vector', 'e.jpg': 1, 'f.jpg': 'lfs', 'g.jpg': 2 }
  const { report } = await gate(images, {
    exempt: [{ files: 'e.jpg', reason: 'old' }],
    rules: [
      { files: 'g.jpg', level: 'off' },
      { files: 'b.jpg', maxDrop: { warn: 3 } },
    ],
  })
  expect(report.images.map(({ status }) => status)).toEqual([
    'pass',
    'warn',
    'error',
    'skip',
    'exempt',
    'undecodable',
    'skip',
  ])
  expect(errors(report)).toEqual([])
  expect(errors({ ...report, summary: { ...report.summary, inlined: 3 } })).toEqual([])
  const compared = { ...report.images[1], source: { score: 60, label: 'good' } }
  expect(errors({ ...report, images: [compared] })).toEqual([])
})

test('what must never be is not valid', () => {
  const withImage = (image: object) => errors({ ...report, images: [image] })
  expect(withImage({ ...report.images[3], score: 12, label: 'bad' })).not.toEqual([])
  expect(withImage({ path: 'a', status: 'pass' })).not.toEqual([])
  expect(withImage({ path: 'a', status: 'skip' })).not.toEqual([])
  expect(withImage({ ...report.images[0], score: 101 })).not.toEqual([])
  expect(withImage({ ...report.images[0], surprise: 1 })).not.toEqual([])
  expect(errors({ ...report, schemaVersion: 2 })).not.toEqual([])
})

test('every field is described', () => {
  const undescribed: string[] = []
  const walk = (node: { [key: string]: unknown }, path: string) => {
    for (const [name, field] of Object.entries((node.properties ?? {}) as Record<string, { description?: string }>)) {
      if (!field.description) undescribed.push(`${path}/${name}`)
      walk(field, `${path}/${name}`)
    }
    if (node.items) walk(node.items as { [key: string]: unknown }, `${path}[]`)
  }
  walk(schema, '')
  for (const [name, definition] of Object.entries(schema.$defs)) walk(definition as { [key: string]: unknown }, name)
  expect(undescribed).toEqual([])
})
