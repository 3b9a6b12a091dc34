import { marked } from 'marked'
import { expect, test } from 'vitest'
import { formats, printable } from '../src/index.js'
import { reportFrom, reportOf, scored } from './sample-report.js'
import { KINDS } from './support/findings.js'
import { HOSTILE, hostileImages } from './support/hostile.js'

const html = (text: string) => marked.parse(text, { gfm: true, async: false })

test('a sentence, the counts, and what is bad, the worst first', () => {
  expect(formats.markdown(reportFrom(KINDS))).toMatchInlineSnapshot(`
    "<!-- diqa -->
    ### 4 of 7 images need a look

    1 passed, 2 errors, 1 warning, 1 undecodable, 1 skipped, 1 exempt.

    | | Image | Score | Limit | What to do |
    | --- | --- | ---: | ---: | --- |
    | ❌ error | \`e-cut.jpg\` | – |  | Expected a whole JPEG but it ends early. |
    | ❌ error | \`src/b-bad.jpg\` → \`assets/b-bad-3f2a91bc.jpg\` | 12.3 (bad) | 20 | Most wrong: compression. Export it again from the original at a higher quality. |
    | ❌ error | \`src/d-dropped.jpg\` | 55.5 (fair), −24.6 | −10 at most | Your optimiser took this image from 80.1 \\(excellent\\) to 55.5 \\(fair\\): raise its quality setting. |
    | ⚠️ warning | \`src/c-poor.jpg\` | 31 (poor) | 40 | Export it again from the original at a higher quality. |

    <sub>diqa 0.1.0, scores of diqa-1 from 0 to 100, higher is better, in 3.2 s</sub>
    "
  `)
})

test('good news is short', () => {
  expect(formats.markdown(reportOf({ 'a.jpg': scored(90) }))).toMatchInlineSnapshot(`
    "<!-- diqa -->
    ### 1 image is good enough

    1 passed.

    <sub>diqa 0.1.0, scores of diqa-1 from 0 to 100, higher is better, in 3.2 s</sub>
    "
  `)
  expect(formats.markdown(reportOf({}))).toContain('### No images\n')
  expect(formats.markdown(reportOf({ 'a.jpg': scored(90) }, { partial: true }))).toContain(
    '### 1 image is good enough so far (the run was stopped)\n',
  )
})

test('a name is code in its cell, and nothing else', () => {
  const page = html(formats.markdown(reportFrom(hostileImages())))
  expect(page.match(/<(?!\/)[^ >]+/g)!.filter((tag) => !PLAIN.has(tag))).toEqual([])
  const cells = [...page.matchAll(/<td><code>(.*?)<\/code> → <code>/g)].map(([, name]) => unescaped(name!))
  expect(cells).toEqual(HOSTILE.map(printable))
})

const PLAIN = new Set(
  '<!-- <h3 <p <table <thead <tbody <tr <th <td <code <sub <details <summary'.split(' ').concat('<!--'),
)

function unescaped(text: string): string {
  return text
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&quot;', '"')
    .replaceAll('&#39;', "'")
    .replace(/&#(\d+);/g, (_, code) => String.fromCodePoint(Number(code)))
    .replaceAll('&amp;', '&')
}

test('from the eleventh on, rows are folded', () => {
  const images = Array.from({ length: 13 }, (_, i) => ({ ...KINDS[1]!, path: `${i}.jpg`, score: i }))
  const text = formats.markdown(reportFrom(images))
  expect(text).toContain('### 13 of 13 images need a look')
  const [open, folded] = text.split('<details><summary>3 more</summary>')
  expect(open!.match(/❌/g)).toHaveLength(10)
  expect(folded!.match(/❌/g)).toHaveLength(3)
  expect(html(text).match(/<tr>/g)).toHaveLength(15)
})

test('it fits into a comment of GitHub, however many are bad', () => {
  const images = Array.from({ length: 5000 }, (_, i) => ({ ...KINDS[1]!, path: `${'long/'.repeat(9)}${i}.jpg` }))
  const text = formats.markdown(reportFrom(images))
  expect(text.length).toBeLessThan(65_536)
  expect(text.length).toBeGreaterThan(64_000)
  const shown = text.match(/❌/g)!.length
  expect(text).toContain(`${5000 - shown} more images did not fit into this comment.`)
})
