import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { type Baseline, baselineOf, type DiqaOptions, readBaseline, writeBaseline } from '../src/index.js'
import { folder } from './support/folder.js'
import { collectorOf, image } from './support/gate.js'
import { errors } from './support/schema.js'

const file = 'diqa-baseline.json'

type Images = Record<string, string | number>

async function check(root: string, images: Images, options: DiqaOptions = {}) {
  const collector = collectorOf({ baseline: file, ...options }, { root })
  for (const [name, text] of Object.entries(images)) await collector.add({ name, bytes: image(text) })
  return collector.finish()
}

/** A root whose baseline accepts the images as they are. */
async function accepting(images: Images, options: DiqaOptions = {}) {
  const root = await folder()
  const { verdicts, report } = await check(root, images, options)
  await writeBaseline(join(root, file), baselineOf(verdicts, report.model.weights))
  return root
}

const failing = ({ errors, warnings }: Awaited<ReturnType<typeof check>>) =>
  [...errors, ...warnings].map(({ path }) => path).sort()

test('what is as it was is exempt, and keeps its score', async () => {
  const images = { 'a.jpg': 10, 'b.jpg': 30, 'c.jpg': 'broken', 'd.jpg': 70 }
  const result = await check(await accepting(images), images)
  expect(result).toMatchObject({ failed: false, messages: [], counts: { exempt: 3, passed: 1 } })
  expect(result.baseline).toEqual({ accepted: 3, stale: [] })
  expect(result.report.images).toMatchObject([
    {
      status: 'exempt',
      score: 10,
      label: 'bad',
      reason: 'baseline',
      message: 'Accepted in diqa-baseline.json with a score of 10.',
    },
    { status: 'exempt', score: 30 },
    { status: 'exempt', reason: 'baseline', message: 'Accepted in diqa-baseline.json with truncated.' },
    { status: 'pass' },
  ])
  expect(result.report.images[0]).not.toHaveProperty('advice')
  expect(errors(result.report)).toEqual([])
})

test('new images and worse ones fail, better ones do not', async () => {
  const root = await accepting({ 'same.jpg': 15, 'worse.jpg': 18, 'better.jpg': 14 })
  const result = await check(root, { 'same.jpg': 15, 'worse.jpg': 12, 'better.jpg': 16, 'new.jpg': 13 })
  expect(failing(result)).toEqual(['new.jpg', 'worse.jpg'])
})

test('the tolerance is for other bytes, and an option', async () => {
  const root = await accepting({ 'a.jpg': 15 })
  expect((await check(root, { 'a.jpg': 11 })).failed).toBe(false)
  expect((await check(root, { 'a.jpg': 10.9 })).failed).toBe(true)
  expect((await check(root, { 'a.jpg': 14.9 }, { baseline: { file, tolerance: 0 } })).failed).toBe(true)
  expect((await check(root, { 'a.jpg': 10 }, { baseline: { file, tolerance: 5 } })).failed).toBe(false)
})

test('at the tolerance to the tenth an image is accepted, whatever the binary fractions', async () => {
  const root = await accepting({ 'a.jpg': 16.1 })
  // 16.1 - 4 in binary is a little more than 12.1.
  expect((await check(root, { 'a.jpg': 12.1 })).failed).toBe(false)
  expect((await check(root, { 'a.jpg': 12 })).failed).toBe(true)
})

test('the same bytes stay accepted, whatever limits are added and whatever the source becomes', async () => {
  const root = await accepting({ 'a.jpg': 15 })
  const collector = collectorOf({ baseline: file, rules: [{ files: '**', maxDrop: 10 }] }, { root })
  await collector.add({ name: 'a.jpg', source: { path: 'src/a.jpg', bytes: image(90) }, bytes: image(15) })
  expect((await collector.finish()).failed).toBe(false)
})

test('a renamed image with the same bytes is not new', async () => {
  const root = await accepting({ 'old/a.jpg': 15 })
  expect((await check(root, { 'new/b.jpg': 15 })).failed).toBe(false)
})

test('of other weights only the same bytes are accepted', async () => {
  const root = await accepting({ 'a.jpg': '15 one', 'b.jpg': '15 two' })
  const baseline = (await readBaseline(join(root, file)))!
  await writeBaseline(join(root, file), { ...baseline, weights: `sha256:${'f'.repeat(64)}` })
  expect(failing(await check(root, { 'a.jpg': '15 one', 'b.jpg': '15 other' }))).toEqual(['b.jpg'])
})

test('another fault of the same file is worse; the same one is not', async () => {
  const root = await accepting({ 'a.jpg': 'broken one', 'b.jpg': 'broken' })
  expect(failing(await check(root, { 'a.jpg': 'broken two', 'b.jpg': 'lfs' }))).toEqual(['b.jpg'])
})

test('a drop is accepted, and a greater one is not', async () => {
  const root = await folder()
  const options: DiqaOptions = { rules: [{ files: '**', warn: 0, error: 0, maxDrop: 10 }] }
  const built = async (score: string) => {
    const collector = collectorOf({ baseline: file, ...options }, { root })
    await collector.add({ name: 'a-1.jpg', source: { path: 'a.jpg', bytes: image('90 source') }, bytes: image(score) })
    return collector.finish()
  }
  const { verdicts, report } = await built('70')
  const baseline = baselineOf(verdicts, report.model.weights)
  expect(baseline.images).toMatchObject([{ path: 'a.jpg', score: 70, drop: 20 }])
  await writeBaseline(join(root, file), baseline)
  expect((await built('70')).failed).toBe(false)
  expect((await built('66')).failed).toBe(false)
  expect((await built('60')).failed).toBe(true)
})

test('the network that failed is never accepted', async () => {
  const root = await accepting({ 'a.jpg': 'fault', 'b.jpg': 12 })
  expect((await readBaseline(join(root, file)))!.images.map(({ path }) => path)).toEqual(['b.jpg'])
  expect((await check(root, { 'a.jpg': 'fault' })).failed).toBe(true)
})

test('stale entries are those that accept nothing', async () => {
  const root = await accepting({ 'gone.jpg': 10, 'good.jpg': 15, 'bad.jpg': 16, 'copy.jpg': 16 })
  const { baseline } = await check(root, { 'good.jpg': 80, 'bad.jpg': 16, 'copy.jpg': 16 })
  expect(baseline!.stale.map(({ path }) => path)).toEqual(['gone.jpg', 'good.jpg'])
  expect(baseline!.accepted).toBe(2)
})

test('the file is sorted, an image a line, and the same whatever the order', async () => {
  const root = await accepting({ 'b.jpg': 10, 'a/é.jpg': 15, 'a/B.jpg': 'broken' })
  const text = await readFile(join(root, file), 'utf8')
  expect(text.replace(/[0-9a-f]{64}/g, '…')).toMatchInlineSnapshot(`
    "{
      "version": 1,
      "weights": "sha256:…",
      "images": [
        {"path":"a/B.jpg","reason":"truncated","sha256":"…"},
        {"path":"a/é.jpg","score":15,"sha256":"…"},
        {"path":"b.jpg","score":10,"sha256":"…"}
      ]
    }
    "
  `)
  const { weights, images } = (await readBaseline(join(root, file)))!
  await writeBaseline(join(root, file), { weights, images: images.toReversed() })
  expect(await readFile(join(root, file), 'utf8')).toBe(text)
  expect(await readdir(root)).toEqual([file])
  await writeBaseline(join(root, file), { weights, images: [] })
  expect(await readBaseline(join(root, file))).toEqual({ weights, images: [] })
})

test('without the file, everything is new', async () => {
  const root = await folder()
  expect(await readBaseline(join(root, file))).toBeUndefined()
  const result = await check(root, { 'a.jpg': 10 })
  expect(result.failed).toBe(true)
  expect(result).not.toHaveProperty('baseline')
})

test.each([
  ['{', 'Expected JSON in the baseline FILE but found something else.'],
  [
    '<<<<<<< HEAD\n{}',
    'Expected JSON in the baseline FILE but found something else: it has conflict markers; resolve them, or run "diqa baseline".',
  ],
  ['null', 'Expected a baseline of version 1 in FILE but found something else.'],
  ['{ "version": 2 }', 'Expected a baseline of version 1 in FILE but found something else.'],
  [
    '{ "version": 1, "weights": "", "images": [{ "path": "a", "sha256": "b" }, { "path": "a" }] }',
    'Expected an image with path and sha256 for images[1] of the baseline FILE.',
  ],
])('%s fails the build, with its report', async (text, sentence) => {
  const root = await folder({ [file]: text })
  const result = await check(root, { 'a.jpg': 10, 'b.jpg': 70 })
  expect(result.failed).toBe(true)
  expect(result.messages[0]).toEqual({ severity: 'error', text: sentence.replace('FILE', join(root, file)) })
  expect(result.report.images).toMatchObject([{ status: 'error' }, { status: 'pass' }])
})

test('a baseline that is a folder cannot be read', async () => {
  const root = await folder({ [`${file}/x`]: '' })
  await expect(readBaseline(join(root, file))).rejects.toThrow(
    `Expected a baseline at ${join(root, file)} but it cannot be read (EISDIR).`,
  )
})

test('a caller may make the baseline from the verdicts without one', async () => {
  const root = await folder()
  const collector = collectorOf({ baseline: file }, { root })
  await collector.add({ name: 'a.jpg', bytes: image(10) })
  const made: Baseline[] = []
  const result = await collector.finish({
    baseline: async (verdicts) => {
      made.push(baselineOf(verdicts, `sha256:${'0'.repeat(64)}`))
      return made[0]!
    },
  })
  expect(made[0]!.images).toMatchObject([{ path: 'a.jpg', score: 10 }])
  expect(result).toMatchObject({ failed: false, baseline: { accepted: 1 } })
})

test('a baseline edited while a watcher runs counts from the next build on', async () => {
  const root = await folder()
  const collector = collectorOf({ baseline: file }, { root })
  await collector.add({ name: 'a.jpg', bytes: image(10) })
  const first = await collector.finish()
  expect(first.failed).toBe(true)
  const { images } = baselineOf(first.verdicts, first.report.model.weights)
  await writeFile(join(root, file), JSON.stringify({ version: 1, weights: first.report.model.weights, images }))
  expect((await collector.finish()).failed).toBe(false)
})
