import { expect, test } from 'vitest'
import { formatSummary, formatVerdict } from '../src/index.js'
import { collectorOf, gate, image } from './support/gate.js'

test('a verdict names source and output, score, label, limit, rule and what to do', async () => {
  const collector = collectorOf({ rules: [{ files: 'src/**', warn: 60, error: 40 }] })
  await collector.add({ name: 'assets/hero-3f2a.jpg', source: { path: 'src/hero.jpg' }, bytes: image(31.2) })
  await collector.add({ name: 'b.jpg', bytes: image(73.4) })
  const { verdicts, messages } = await collector.finish()
  expect(messages).toEqual([
    {
      severity: 'error',
      path: 'src/hero.jpg',
      text: 'src/hero.jpg → assets/hero-3f2a.jpg: 31.2 (poor), below the limit of 40 (rule "src/**"). Export it again from the original at a higher quality.',
      verdict: verdicts[0],
    },
  ])
  expect(formatVerdict(verdicts[1]!)).toBe('b.jpg: 73.4 (good).')
})

test('many others are counted', async () => {
  const names = Object.fromEntries(Array.from({ length: 8 }, (_, i) => [`a-${i + 1}00w.jpg`, 10 + i]))
  const { messages } = await gate(names)
  expect(messages[0]!.text).toMatch(
    / The same goes for a-200w\.jpg, a-300w\.jpg, a-400w\.jpg, a-500w\.jpg, a-600w\.jpg and 2 more\.$/,
  )
})

test('what was not judged says why', async () => {
  const options = {
    exempt: [{ files: 'c.jpg', reason: 'archive scans' }],
    rules: [{ files: 'd.*', level: 'off' as const }],
  }
  const { verdicts } = await gate({ 'a.jpg': 'lfs', 'b.jpg': 'vector', 'c.jpg': 1, 'd.jpg': 1 }, options)
  expect(verdicts.map(formatVerdict)).toEqual([
    'a.jpg: Expected an image: run "git lfs pull".',
    'b.jpg: Vector images have no pixels.',
    'c.jpg: exempt (archive scans).',
    'd.jpg: The rule for "d.*" says level "off".',
  ])
})

test('a name cannot forge a line', async () => {
  const { messages } = await gate({ 'a\n\u001b[31m.jpg': 10 })
  expect(messages[0]!.text).toMatch(/^a\\x0a\\x1b\[31m\.jpg: 10 \(bad\), /)
})

test('no images', async () => {
  const { messages } = await gate({}, { include: ['**/*.png', /\.gif$/] })
  expect(messages).toEqual([
    {
      severity: 'error',
      text: 'Expected images that match "**/*.png", /\\.gif$/ but found none: correct "include" in the options of diqa, or set "onNoImages" to "off".',
    },
  ])
})

test('the summary counts, and tells where limits are set if any was missed', async () => {
  const line = (result: Awaited<ReturnType<typeof gate>>) => formatSummary(result).replace(/in [\d.]+ m?s/, 'in 1 s')
  expect(line(await gate({ 'a.jpg': 90 }))).toBe('1 image in 1 s: 1 passed.')
  expect(line(await gate({ 'a.jpg': 'broken' }))).toBe('1 image in 1 s: 0 passed, 1 undecodable.')
  const collector = collectorOf({ exempt: [{ files: 'e.jpg', reason: 'old' }] })
  const texts = { 'a.jpg': 90, 'b.jpg': 30, 'c.jpg': 10, 'd.jpg': 'vector', 'e.jpg': 1, 'f.jpg': 'lfs', 'g.jpg': 11 }
  for (const [name, text] of Object.entries(texts)) await collector.add({ name, bytes: image(text) })
  collector.count({ name: 'icon.png', kind: 'inlined' })
  expect(line(await collector.finish())).toBe(
    '7 images in 1 s: 1 passed, 1 warning, 2 errors, 1 undecodable, 1 skipped, 1 exempt, 1 inlined and not scored. Limits are set by "rules", exceptions by "exempt" in the options of diqa.',
  )
})

test('the summary names exemptions that no image matches, until one does', async () => {
  const exempt = [
    { files: ['legacy/*.gif', 'old.jpg'], reason: 'archive scans' },
    { files: 'a.jpg', reason: 'art' },
    { files: '**/a.*', reason: 'also art' },
    { files: 'inlined.png', reason: 'small' },
  ]
  const collector = collectorOf({ exempt })
  await collector.add({ name: 'a.jpg', bytes: image(90) })
  collector.count({ name: 'inlined.png', kind: 'inlined' })
  const result = await collector.finish()
  expect(result.unusedExemptions).toEqual([exempt[0]])
  expect(formatSummary(result)).toMatch(/\. No image is matched in "exempt" by "legacy\/\*\.gif" and "old\.jpg"\.$/)
  expect(result.failed).toBe(false)
  await collector.add({ name: 'old.jpg', bytes: image(1) })
  expect((await collector.finish()).unusedExemptions).toEqual([])
})

test('an exemption that speaks of the source of an image is no idle one', async () => {
  const exempt = [
    { files: 'src/a.jpg', reason: 'art' },
    { files: 'src/icon.png', reason: 'small' },
  ]
  const collector = collectorOf({ exempt })
  await collector.add({ name: 'dist/a.jpg', source: { path: 'src/a.jpg' }, bytes: image(1), inPlace: true })
  await collector.add({ name: 'b.js#1.png', source: { path: 'src/icon.png' }, bytes: image(1), inlined: true })
  const { counts, unusedExemptions } = await collector.finish()
  expect(counts).toMatchObject({ exempt: 1, inlined: 1 })
  expect(unusedExemptions).toEqual([])
})
