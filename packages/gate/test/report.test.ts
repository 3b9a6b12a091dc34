import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { reportImage, reportPath } from '../src/index.js'
import { reportFrom, reportOf, scored, skipped, truncated, unreadable } from './sample-report.js'

test('images are sorted by path, by code unit', () => {
  const names = ['b.png', 'a/z.png', 'B.png', 'ä.png', 'a.png', 'a-b.png']
  const report = reportOf(Object.fromEntries(names.map((name) => [name, scored(50)])))
  expect(report.images.map(({ path }) => path)).toEqual(['B.png', 'a-b.png', 'a.png', 'a/z.png', 'b.png', 'ä.png'])
})

test('every outcome is counted', () => {
  const images = [
    reportImage('a', scored(80)),
    { ...reportImage('b', scored(50)), status: 'warn' as const, cached: true },
    { ...reportImage('c', scored(20)), status: 'error' as const, cached: false },
    reportImage('d', skipped),
    reportImage('e', truncated),
    reportImage('f', unreadable),
    { path: 'g', status: 'exempt' as const, reason: 'archive scans' },
  ]
  expect(reportFrom(images).summary).toEqual({
    images: 7,
    scored: 3,
    passed: 1,
    warnings: 1,
    errors: 1,
    skipped: 1,
    undecodable: 2,
    cached: 1,
    durationMs: 3210,
  })
})

test('fields that do not apply are absent', () => {
  expect(reportImage('a.jpg', scored(73.4))).toEqual({
    path: 'a.jpg',
    bytes: 34_120,
    sha256: 'ab'.repeat(32),
    format: 'jpeg',
    width: 1200,
    height: 800,
    status: 'pass',
    score: 73.4,
    label: 'good',
  })
  expect(reportImage('a.gif', scored(73.4, ['The first frame was scored.']))).toHaveProperty('notes', [
    'The first frame was scored.',
  ])
  expect(reportImage('a.jpg', unreadable)).toEqual({
    path: 'a.jpg',
    status: 'undecodable',
    reason: 'unreadable',
    message: 'Expected a file that can be read',
  })
  expect(reportOf({})).not.toHaveProperty('partial')
  expect(reportOf({}, { partial: true })).toHaveProperty('partial', true)
})

test('paths are relative to the root', () => {
  expect(reportPath(resolve('/site/src/a.jpg'), resolve('/site'))).toBe('src/a.jpg')
  expect(reportPath(resolve('/other/a.jpg'), resolve('/site'))).toBe('../other/a.jpg')
})
