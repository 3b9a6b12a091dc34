import { stripVTControlCharacters } from 'node:util'
import { expect, test } from 'vitest'
import { formats, textWidth } from '../src/index.js'
import { reportOf, scored, skipped, truncated, unreadable } from './sample-report.js'

const { stylish } = formats

test('a table grouped by folder, with totals', () => {
  const report = reportOf({
    'src/hero.jpg': scored(73.4),
    'src/old-banner.jpg': scored(12.3),
    'src/team.jpg': scored(31),
    'src/blog/a.gif': scored(100, ['The first of 24 frames was scored.']),
    'src/blog/icon.png': skipped,
    'top.jpg': truncated,
    'top2.jpg': unreadable,
  })
  expect(stylish(report)).toMatchInlineSnapshot(`
    ".
     ✖     -  undecodable  top.jpg                     812 B  truncated
               Expected a whole JPEG but it ends early
     ✖     -  undecodable  top2.jpg                           unreadable
               Expected a file that can be read

    src
        73.4  good         hero.jpg        1200×800  34.1 kB
     ✖  12.3  bad          old-banner.jpg  1200×800  34.1 kB
     !  31.0  poor         team.jpg        1200×800  34.1 kB

    src/blog
       100.0  excellent    a.gif           1200×800  34.1 kB
               The first of 24 frames was scored.
           -  skipped      icon.png        1200×800  34.1 kB  too-small

    7 images in 3.2 s: 4 scored (1 excellent, 1 good, 1 poor, 1 bad), 1 skipped, 2 undecodable
    Scores of diqa-1 on wasm (cpu), 0 to 100, higher is better.
    "
  `)
})

test('no image at all', () => {
  expect(stylish(reportOf({}))).toMatchInlineSnapshot(`
    "0 images in 3.2 s: 0 scored
    Scores of diqa-1 on wasm (cpu), 0 to 100, higher is better.
    "
  `)
})

test('quiet lists only problems', () => {
  const text = stylish(
    reportOf({ 'a.jpg': scored(73.4), 'b.jpg': scored(39.9), 'c.jpg': skipped, 'd.jpg': truncated }),
    {
      quiet: true,
    },
  )
  expect(text).toMatchInlineSnapshot(`
    ".
     !  39.9  poor         b.jpg  1200×800  34.1 kB
     ✖     -  undecodable  d.jpg              812 B  truncated
               Expected a whole JPEG but it ends early

    4 images in 3.2 s: 2 scored (1 good, 1 poor), 1 skipped, 1 undecodable
    Scores of diqa-1 on wasm (cpu), 0 to 100, higher is better.
    "
  `)
})

test('a partial report says so', () => {
  expect(stylish(reportOf({ 'a.jpg': scored(50) }, { partial: true }))).toContain(
    'Partial: the run was stopped before it had seen every image.\n',
  )
})

test('the worst of many are listed once more', () => {
  const results = Object.fromEntries(
    Array.from({ length: 30 }, (_, i) => [`img/${100 + i}.jpg`, scored((i * 37) % 100)]),
  )
  const worst = stylish(reportOf(results)).split('\n\n')[1]
  expect(worst).toMatchInlineSnapshot(`
    "The 5 worst
     ✖   0.0  bad  img/100.jpg
     ✖   3.0  bad  img/119.jpg
     ✖   7.0  bad  img/111.jpg
     ✖  11.0  bad  img/103.jpg
     ✖  14.0  bad  img/122.jpg"
  `)
})

test('colours change nothing but colour', () => {
  const report = reportOf({ 'a.jpg': scored(73.4), 'b.jpg': scored(5), 'c.jpg': skipped, 'd.jpg': truncated })
  const colored = stylish(report, { color: true })
  expect(colored).toContain('\u001b[31m')
  expect(stylish(report)).not.toContain('\u001b')
  expect(stripVTControlCharacters(colored)).toBe(stylish(report))
})

test('rows fit the terminal; long and wide names are shortened in the middle', () => {
  const report = reportOf({
    [`${'deep/'.repeat(30)}${'very-long-'.repeat(20)}name-1.jpg`]: scored(73.4),
    [`img/${'画像'.repeat(60)}.png`]: scored(12),
    'img/👩‍👩‍👧‍👦.png': skipped,
  })
  const lines = stylish(report, { columns: 80 }).split('\n')
  const table = lines.slice(
    0,
    lines.findIndex((line) => line.includes(' images in ')),
  )
  expect(table.filter((line) => textWidth(line) > 80)).toEqual([])
  expect(table.join('\n')).toMatch(/very-long-.*….*name-1\.jpg/)
  expect(table.join('\n')).toMatch(/画.*….*\.png/)
  const sizes = table
    .filter((line) => line.includes('×'))
    .map((line) => textWidth(line.slice(0, line.indexOf('1200×800'))))
  expect(new Set(sizes).size).toBe(1)
})

test('a narrow terminal keeps the beginning and the end of a name', () => {
  expect(stylish(reportOf({ 'a-name-that-is-long.jpg': scored(50) }), { columns: 20 })).toContain('a-nam…ng.jpg')
})

test('hostile names are escaped', () => {
  const text = stylish(
    reportOf({ 'a\n\u001b[31m\u202egnp.\u0007\u2028b\ud800.jpg': scored(50), 'x\ny/b.jpg': truncated }),
  )
  expect(text).toContain('a\\x0a\\x1b[31m\\u202egnp.\\x07\\u2028b\\ud800.jpg')
  expect(text).toContain('x\\x0ay')
})
