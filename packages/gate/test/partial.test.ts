import { expect, test } from 'vitest'
import { createCollector, resolveOptions } from '../src/index.js'
import { fakeScorers, identity } from './support/fake-scorer.js'
import { collectorOf, image } from './support/gate.js'

test('a partial end judges what is known, and says so', async () => {
  const { createScorer } = fakeScorers({
    before: (text) => (text === '71' ? new Promise(() => {}) : Promise.resolve()),
  })
  const settled: string[] = []
  const options = resolveOptions({ cache: false }, { root: '/site' })
  const collector = createCollector(options, { createScorer, identity, onSettled: (path) => settled.push(path) })
  await collector.add({ name: 'a.jpg', bytes: image(70) })
  await collector.add({ name: 'b.jpg', bytes: image(71) })
  while (settled.length === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  const { report } = await collector.finish({ partial: true })
  expect(report).toMatchObject({ partial: true, images: [{ path: 'a.jpg' }] })
  expect(settled).toEqual(['a.jpg'])
})

test('a partial end does not wait for a scorer that is still being made', async () => {
  const createScorer = () => new Promise<never>(() => {})
  const options = resolveOptions({ cache: false, exempt: [{ files: 'b.jpg', reason: 'old' }] }, { root: '/site' })
  const collector = createCollector(options, { createScorer, identity })
  await collector.add({ name: 'a.jpg', bytes: image(70) })
  await collector.add({ name: 'b.jpg', bytes: image(71) })
  await new Promise((resolve) => setTimeout(resolve, 5))
  const { report } = await collector.finish({ partial: true })
  expect(report).toMatchObject({ partial: true, engine: { name: 'none' }, images: [{ path: 'b.jpg' }] })
})

test('what cannot be scored is heard of, and the rest is not lost', async () => {
  const heard: unknown[] = []
  const createScorer = () => Promise.reject(new Error('no engine'))
  const options = resolveOptions({ cache: false, exempt: [{ files: 'b.jpg', reason: 'old' }] }, { root: '/site' })
  const collector = createCollector(options, { createScorer, identity, onSettled: (...args) => heard.push(args) })
  await collector.add({ name: 'a.jpg', bytes: image(70) })
  await collector.add({ name: 'b.jpg', bytes: image(71) })
  await expect(collector.finish()).rejects.toThrow('no engine')
  expect(heard).toEqual([['b.jpg'], ['a.jpg', expect.objectContaining({ message: 'no engine' })]])
  const { report } = await collector.finish({ partial: true })
  expect(report).toMatchObject({ partial: true, images: [{ path: 'b.jpg', status: 'exempt' }] })
})

test('an image that is judged where it lies has no output', async () => {
  const collector = collectorOf()
  await collector.add({ name: 'src/a.jpg', bytes: image(70), inPlace: true })
  const { report } = await collector.finish()
  expect(report.images).toMatchObject([{ path: 'src/a.jpg' }])
  expect(report.images[0]).not.toHaveProperty('output')
})
