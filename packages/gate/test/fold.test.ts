import { expect, test } from 'vitest'
import { fold } from '../src/verdict/fold.js'
import { collectorOf, gate, image } from './support/gate.js'

const said = ({ messages }: Awaited<ReturnType<typeof gate>>) =>
  messages.map(({ severity, path, verdict }) => [severity, path, ...(verdict?.others ?? [])])

test('of variants the worst speaks for all that are bad', async () => {
  const result = await gate({ 'hero.jpg': 15, 'hero@2x.jpg': 12, 'hero-640w.jpg': 30, 'hero@3x.jpg': 70, 'b.jpg': 10 })
  expect(said(result)).toEqual([
    ['error', 'b.jpg'],
    ['error', 'hero@2x.jpg', 'hero.jpg', 'hero-640w.jpg'],
  ])
  expect(result.messages[1]!.text).toMatch(/ The same goes for hero\.jpg and hero-640w\.jpg\.$/)
  expect(result.counts).toMatchObject({ images: 5, errors: 3, warnings: 1 })
  expect(result.verdicts).toHaveLength(5)
})

test('what a bundler makes of one source is one picture, whatever its names', async () => {
  const collector = collectorOf()
  const source = { path: 'src/hero.jpg' }
  await collector.add({ name: 'x1.webp', source, bytes: image(10) })
  await collector.add({ name: 'x2.avif', source, bytes: image(11) })
  expect(said(await collector.finish())).toEqual([['error', 'src/hero.jpg', 'x2.avif']])
})

test('the same bytes under several names are one message and several rows', async () => {
  const result = await gate({ 'public/a.jpg': '10', 'assets/b.jpg': '10' })
  expect(said(result)).toEqual([['error', 'assets/b.jpg', 'public/a.jpg']])
  expect(result.report.images.map(({ path, status }) => [path, status])).toEqual([
    ['assets/b.jpg', 'error'],
    ['public/a.jpg', 'error'],
  ])
})

test('a library of copies is folded at once', async () => {
  const { verdicts } = await gate({ 'a.jpg': 10 })
  const copies = Array.from({ length: 80_000 }, (_, i) => ({ ...verdicts[0]!, output: `${i}.jpg`, group: `${i}.jpg` }))
  const [speaker, ...more] = fold(copies)
  expect(speaker!.others).toHaveLength(79_999)
  expect(more).toEqual([])
  // Names compared with one another would take a minute.
}, 10_000)

test('undecodable variants have a sentence each', async () => {
  expect(said(await gate({ 'a.jpg': 'broken', 'a@2x.jpg': 'lfs' }))).toEqual([
    ['error', 'a.jpg'],
    ['error', 'a@2x.jpg'],
  ])
})

test('errors come before warnings, and the worst first', async () => {
  const names = said(await gate({ 'a.jpg': 30, 'b.jpg': 10, 'c.jpg': 5, 'd.jpg': 25, 'e.jpg': 'broken' }))
  expect(names.map(([, name]) => name)).toEqual(['e.jpg', 'c.jpg', 'b.jpg', 'd.jpg', 'a.jpg'])
})
