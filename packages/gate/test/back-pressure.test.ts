import { expect, test } from 'vitest'
import { createCollector, resolveOptions } from '../src/index.js'
import { fakeScorers, identity } from './support/fake-scorer.js'

const MEGABYTE = 2 ** 20

test.each([
  { wanted: 1, given: 4 },
  { wanted: 7, given: 7 },
])('few images are scored at a time, or as many as the scorer wants: $wanted', async ({ wanted, given }) => {
  let atWork = 0
  let most = 0
  const { createScorer } = fakeScorers({
    atOnce: wanted,
    async before() {
      most = Math.max(most, ++atWork)
      await new Promise((resolve) => setTimeout(resolve, 2))
      atWork -= 1
    },
  })
  const options = resolveOptions({ cache: false, concurrency: 2 }, { root: '/site' })
  const collector = createCollector(options, { createScorer, identity })
  for (let i = 0; i < 30; i++) void collector.add({ name: `${i}.jpg`, bytes: Buffer.from(`50 ${i}`) })
  await collector.finish()
  expect(most).toBe(given)
})

test('add() resolves at once as long as few bytes wait, then when there is room', async () => {
  const release: (() => void)[] = []
  const { createScorer } = fakeScorers({ before: () => new Promise((resolve) => release.push(resolve)) })
  const collector = createCollector(resolveOptions({ cache: false }, { root: '/site' }), { createScorer, identity })
  const large = (i: number) => Buffer.from(`50 ${i}`.padEnd(40 * MEGABYTE))
  await collector.add({ name: 'a.jpg', bytes: large(1) })
  let resolved = false
  const second = collector.add({ name: 'b.jpg', bytes: large(2) }).then(() => {
    resolved = true
  })
  while (release.length < 2) await new Promise((resolve) => setTimeout(resolve, 1))
  expect(resolved).toBe(false)
  release[0]!()
  await second
  release[1]!()
  expect((await collector.finish()).counts.images).toBe(2)
})
