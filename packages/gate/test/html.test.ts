import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { formats, type Pictures } from '../src/index.js'
import { reportFrom, reportOf, scored, truncated } from './sample-report.js'
import { KINDS } from './support/findings.js'
import { hostileImages } from './support/hostile.js'

const titleOf = (html: string) => /<title>(.*) – diqa<\/title>/.exec(html)![1]

test('the report in one sentence', () => {
  const title = (...given: Parameters<typeof reportOf>) => titleOf(formats.html(reportOf(...given)))
  const gated = reportFrom(KINDS)
  expect(titleOf(formats.html(gated))).toBe('3 of 7 images look bad, 1 cannot be read')
  expect(titleOf(formats.html(reportFrom(KINDS.slice(1, 2))))).toBe('1 of 1 image looks bad')
  expect(title({})).toBe('No images')
  expect(title({ a: scored(90) })).toBe('1 image is good enough')
  expect(title({ a: scored(90), b: scored(70) })).toBe('All 2 images are good enough')
  expect(title({ a: scored(90), b: scored(10) })).toBe('1 of 2 images looks bad')
  expect(title({ a: scored(90), b: truncated })).toBe('1 of 2 images cannot be read')
  expect(title({ a: scored(90) }, { partial: true })).toBe('1 image is good enough (so far: the run was stopped)')
})

test('it holds nothing that could load or run but its own style and script', () => {
  const html = formats.html(reportFrom(hostileImages()))
  expect(html.match(/<\/?script\b[^>]*>/g)).toEqual([
    '<script type="application/json" id="payload">',
    '</script>',
    '<script type="application/json" id="pictures">',
    '</script>',
    '<script>',
    '</script>',
  ])
  expect(html).toMatch(
    /content="default-src 'none'; script-src 'sha256-[\w+/=]+'; style-src 'sha256-[\w+/=]+'; img-src data:; base-uri 'none'; form-action 'none'"/,
  )
  expect(html).not.toMatch(/<(?:link|img|iframe|object|embed|base)\b|@import|url\(|\bimport\b\s*['"(]|^export /m)
})

test('it is the same for the same report', () => {
  expect(formats.html(reportFrom(KINDS))).toBe(formats.html(reportFrom(KINDS)))
})

test('the modules of the page go by different names in their one scope', () => {
  const script = /<script>([\s\S]*)<\/script>/.exec(formats.html(reportFrom([])))![1]!
  const names = [...script.matchAll(/^(?:async )?(?:function|class|const|let) (\w+)/gm)].map(([, name]) => name)
  expect(names.length).toBeGreaterThan(40)
  expect(names.filter((name, i) => names.indexOf(name) !== i)).toEqual([])
})

test('ten thousand images with their pictures are less than 25 MB', () => {
  const images = Array.from({ length: 10_000 }, (_, i) => ({
    ...KINDS[i % 4]!,
    path: `some/folder/of/the/site/${i % 50}/a-name-of-usual-length-${i}.jpg`,
    sha256: String(i).padStart(64, '0'),
  }))
  // As many as the pictures' budget lets in.
  const thumbnail = new Uint8Array(1400)
  const pictures: Pictures = new Map(images.map(({ sha256 }) => [sha256!, { thumbnail }]))
  const html = formats.html(reportFrom(images), { pictures })
  expect(Buffer.byteLength(html)).toBeLessThan(25_000_000)
})

test('what is in the package is what the page is made of', () => {
  const { files } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'))
  expect(files).toEqual(expect.arrayContaining(['assets', 'dist']))
})
