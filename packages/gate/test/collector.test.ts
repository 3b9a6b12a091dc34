import { setTimeout as sleep } from 'node:timers/promises'
import { UsageError } from '@diqa/core'
import { expect, test } from 'vitest'
import { addFolder, createCollector, resolveOptions } from '../src/index.js'
import { fakeScorers, identity } from './support/fake-scorer.js'
import { folder } from './support/folder.js'
import { collectorOf, image } from './support/gate.js'

const paths = ({ report }: Awaited<ReturnType<ReturnType<typeof collectorOf>['finish']>>) =>
  report.images.map(({ path, output }) => (output === path ? path : [path, output]))

test('the same bytes under several names are scored once and reported under each', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'a.jpg', bytes: image(70) })
  await collector.add({ name: 'b.jpg', bytes: image(70) })
  const { report } = await collector.finish()
  expect(collector.seen).toEqual(['70'])
  expect(report.images).toMatchObject([
    { path: 'a.jpg', output: 'a.jpg', score: 70, cached: false },
    { path: 'b.jpg', output: 'b.jpg', score: 70, cached: false },
  ])
})

test('a scorer is made only for something to score, once, and disposed of', async () => {
  const collector = collectorOf({ onNoImages: 'off' })
  await collector.finish()
  expect(collector.counts).toEqual({ made: 0, disposed: 0 })
  await collector.add({ name: 'a.jpg', bytes: image(1) })
  await collector.add({ name: 'b.jpg', bytes: image(2) })
  const { report } = await collector.finish()
  expect(report.engine).toEqual({ name: 'wasm', device: 'cpu', refused: [] })
  await collector.dispose()
  await collector.dispose()
  expect(collector.counts).toEqual({ made: 1, disposed: 1 })
})

test('after it was disposed of, a collector starts anew', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'a.jpg', bytes: image(50) })
  await collector.finish()
  await collector.dispose()
  await collector.add({ name: 'b.jpg', bytes: image(60) })
  expect((await collector.finish()).counts).toMatchObject({ images: 2, passed: 2, cached: 1 })
  expect(collector.counts.made).toBe(2)
})

test('what is added while a collector is disposed of gets a scorer of its own', async () => {
  const cache = { dir: await folder() }
  const collector = collectorOf({ cache })
  await collector.add({ name: 'a.jpg', bytes: image(50) })
  await collector.judge('a.jpg')
  const disposed = collector.dispose()
  await collector.add({ name: 'b.jpg', bytes: image(60) })
  await collector.judge('b.jpg')
  await disposed
  expect(collector.counts).toEqual({ made: 2, disposed: 1 })
  await collector.dispose()
})

test('scoring begins when an image is added', async () => {
  const collector = collectorOf()
  void collector.add({ name: 'a.jpg', bytes: image(50) })
  await sleep(20)
  expect(collector.seen).toEqual(['50'])
})

test('a watch cycle scores only what changed', async () => {
  const collector = collectorOf()
  const cycle = async (images: Record<string, number>) => {
    collector.clear()
    for (const [name, score] of Object.entries(images)) await collector.add({ name, bytes: image(score) })
    return collector.finish()
  }
  await cycle({ 'a-1.jpg': 50, 'b-1.jpg': 60 })
  const second = await cycle({ 'a-2.jpg': 55, 'b-1.jpg': 60 })
  expect(collector.seen).toEqual(['50', '60', '55'])
  expect(paths(second)).toEqual(['a-2.jpg', 'b-1.jpg'])
  expect(second.report.images.map(({ cached }) => cached)).toEqual([false, true])
  expect(collector.counts.made).toBe(1)
})

test('the end of one scope makes nothing in another cached, and stops none of its clocks', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'a.jpg', bytes: image(50), scope: 'client' })
  await collector.add({ name: 'b.jpg', bytes: image(60), scope: 'server' })
  await sleep(20)
  await collector.finish({ scope: 'client' })
  const { report } = await collector.finish({ scope: 'server' })
  expect(report.images).toMatchObject([{ path: 'b.jpg', cached: false }])
  expect(report.summary.durationMs).toBeGreaterThan(10)
  expect((await collector.finish()).counts).toMatchObject({ images: 2, cached: 2 })
})

test('of several ends at a time, each knows how long it took', async () => {
  let goOn = () => {}
  const late = new Promise<void>((resolve) => {
    goOn = resolve
  })
  const { createScorer } = fakeScorers({ before: (text) => (text === '60' ? late : Promise.resolve()) })
  const collector = collectorOf({}, { createScorer })
  await collector.add({ name: 'a.jpg', bytes: image(50), scope: 'one' })
  await sleep(20)
  const first = collector.finish()
  await collector.add({ name: 'b.jpg', bytes: image(60), scope: 'two' })
  const second = collector.finish()
  await first
  await sleep(20)
  const third = collector.finish({ scope: 'two' })
  goOn()
  for (const { report } of await Promise.all([second, third])) {
    expect(report.summary.durationMs).toBeGreaterThan(10)
  }
})

test('what is added again is replaced, what is removed is gone', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'a.jpg', bytes: image(50) })
  await collector.add({ name: 'b.jpg', bytes: image(60) })
  await collector.finish()
  await collector.add({ name: 'a.jpg', bytes: image(55) })
  collector.remove('b.jpg')
  const { report } = await collector.finish()
  expect(report.images).toMatchObject([{ path: 'a.jpg', score: 55 }])
})

test('environments share scores; what they emit alike is one image', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'a.jpg', scope: 'client', bytes: image(50) })
  await collector.add({ name: 'a.jpg', scope: 'server', bytes: image(50) })
  await collector.add({ name: 'b.jpg', scope: 'client', bytes: image(60) })
  await collector.add({ name: 'b.jpg', scope: 'server', bytes: image(65) })
  expect(collector.seen).toEqual(['50', '60', '65'])
  expect((await collector.finish({ scope: 'client' })).report.images).toMatchObject([{ score: 50 }, { score: 60 }])
  expect((await collector.finish()).report.images).toMatchObject([{ score: 50 }, { score: 60 }, { score: 65 }])
  collector.clear('client')
  expect((await collector.finish()).report.images).toMatchObject([{ score: 50 }, { score: 65 }])
  collector.remove('a.jpg', 'server')
  expect((await collector.finish()).report.images).toMatchObject([{ score: 65 }])
})

test('only what the options ask for is looked at', async () => {
  const collector = collectorOf({ exclude: 'drafts/**' })
  expect(collector.accepts('a.jpg')).toBe(true)
  expect(collector.accepts('A.JPEG')).toBe(true)
  expect(collector.accepts('a.svg')).toBe(false)
  expect(collector.accepts('a.jpg', '/site/drafts/a.jpg')).toBe(false)
  expect(collector.accepts('photo', 'src/photo.jpg')).toBe(true)
  await collector.add({ name: 'a.js', bytes: image('x') })
  await collector.add({ name: 'a.jpg', source: { path: 'drafts/a.jpg' }, bytes: image(1) })
  await collector.add({ name: 'b.jpg', bytes: image(90) })
  expect(paths(await collector.finish())).toEqual(['b.jpg'])
})

test('sources are named relative to the root', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'assets/a-1.jpg', source: { path: '/site/src/a.jpg' }, bytes: image(50) })
  await collector.add({ name: 'assets/b-1.jpg', source: { path: '/shared/b.jpg' }, bytes: image(50) })
  expect(paths(await collector.finish())).toEqual([
    ['../shared/b.jpg', 'assets/b-1.jpg'],
    ['src/a.jpg', 'assets/a-1.jpg'],
  ])
})

test('images are read from files too; one that cannot be read is undecodable, and tried again', async () => {
  const root = await folder({ 'a.jpg': '50' })
  const collector = collectorOf({}, { root })
  await collector.add({ name: 'a.jpg', file: `${root}/a.jpg` })
  await collector.add({ name: 'b.jpg', file: `${root}/gone.jpg` })
  expect((await collector.finish()).report.images).toEqual([
    expect.objectContaining({ path: 'a.jpg', score: 50 }),
    {
      path: 'b.jpg',
      output: 'b.jpg',
      status: 'undecodable',
      reason: 'unreadable',
      message: 'Expected a file that can be read but that failed (ENOENT).',
      cached: false,
    },
  ])
})

test('many files with few turns come to an end', async () => {
  const files = Object.fromEntries(Array.from({ length: 40 }, (_, i) => [`${i}.jpg`, `${50 + (i % 3)}`]))
  const root = await folder(files)
  const collector = collectorOf({ concurrency: 1 }, { root })
  await Promise.all(Object.keys(files).map((name) => collector.add({ name, file: `${root}/${name}` })))
  await collector.add({ name: 'x.jpg', bytes: image(50) })
  expect((await collector.finish()).counts.images).toBe(41)
  expect(collector.seen.toSorted()).toEqual(['50', '51', '52'])
})

test('inlined images are counted, scored or passed by', async () => {
  for (const inlined of ['count', 'score', 'off'] as const) {
    const collector = collectorOf({ inlined, onNoImages: 'off' })
    const added = { name: 'inline:a.png', source: { path: 'src/a.png' }, bytes: image(50), inlined: true }
    await collector.add(added)
    await collector.add(added)
    collector.count({ name: 'b.png', kind: 'inlined' })
    collector.count({ name: 'b.png', kind: 'inlined' })
    const { counts, report } = await collector.finish()
    expect(counts).toMatchObject(
      {
        count: { images: 0, inlined: 2 },
        score: { images: 1, inlined: 1 },
        off: { images: 0, inlined: 0 },
      }[inlined],
    )
    if (inlined === 'score') expect(report.images[0]).toMatchObject({ path: 'src/a.png', score: 50 })
    expect(report.images[0] ?? {}).not.toHaveProperty('output')
    expect(report.summary.inlined).toBe(counts.inlined || undefined)
  }
})

test('what two scopes inline alike is counted once', async () => {
  const collector = collectorOf()
  for (const scope of ['client', 'server']) {
    await collector.add({ name: 'index.js#1.png', scope, bytes: image(50), inlined: true })
    collector.count({ name: 'b.png', kind: 'inlined', scope })
  }
  expect((await collector.finish()).counts.inlined).toBe(2)
  collector.clear('client')
  expect((await collector.finish()).counts.inlined).toBe(2)
  expect((await collector.finish({ scope: 'client' })).counts.inlined).toBe(0)
})

test('the report has what an adapter notes of an image', async () => {
  const root = await folder({ 'public/b.jpg': 'broken', 'public/c.jpg': '50' })
  const collector = collectorOf({}, { root })
  await collector.add({ name: 'a.jpg', bytes: image(50), note: 'Scored before it is optimised.' })
  await addFolder(collector, `${root}/public`, { note: 'Of the public folder.' })
  expect((await collector.finish()).report.images.map(({ notes }) => notes)).toEqual([
    ['Scored before it is optimised.'],
    ['Of the public folder.'],
    ['Of the public folder.'],
  ])
})

test('a build with nothing but inlined images has images', async () => {
  const collector = collectorOf()
  collector.count({ name: 'b.png', kind: 'inlined' })
  expect((await collector.finish()).messages).toEqual([])
})

test('an image without bytes is a mistake of the adapter', async () => {
  await expect(collectorOf().add({ name: 'a.jpg' })).rejects.toThrow(
    'Expected bytes or a file for the image "a.jpg" but received neither.',
  )
})

test('when no scorer can be made finish() says so, and the next one tries again', async () => {
  const { createScorer } = fakeScorers()
  let broken = true
  const collector = createCollector(resolveOptions({ cache: false }, { root: '/site' }), {
    identity,
    createScorer: async () => {
      if (broken) throw new UsageError('Expected an engine.')
      return createScorer()
    },
  })
  await collector.add({ name: 'a.jpg', bytes: image(50) })
  await sleep(10)
  await expect(collector.finish()).rejects.toThrow('Expected an engine.')
  broken = false
  collector.clear()
  await collector.add({ name: 'a.jpg', bytes: image(50) })
  expect((await collector.finish()).counts.passed).toBe(1)
})

test('a failure of the engine is not remembered', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'a.jpg', bytes: image('fault') })
  await collector.finish()
  await collector.add({ name: 'a.jpg', bytes: image('fault') })
  await collector.finish()
  expect(collector.seen).toEqual(['fault', 'fault'])
})

test('one image is judged while others are still to come, and the round goes on', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'a.jpg', bytes: image(10), scope: '1' })
  const one = await collector.judge('a.jpg', '1')
  expect(one).toMatchObject({ failed: true, counts: { images: 1 }, verdicts: [{ path: 'a.jpg', severity: 'error' }] })
  expect(await collector.judge('a.jpg')).toBeUndefined()
  await collector.add({ name: 'b.jpg', bytes: image(70) })
  expect((await collector.finish()).counts).toMatchObject({ images: 2, errors: 1, cached: 0 })
  expect(collector.seen).toEqual(['10', '70'])
})
