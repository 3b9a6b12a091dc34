import { afterAll, expect, test } from 'vitest'
import { createScorer, type ScoreResult } from '../src/index.js'
import { sha256 } from '../src/input.js'
import { fixture, fixturePath } from './support/files.js'

const scorer = await createScorer({ concurrency: 2 })
afterAll(() => scorer.dispose())

const small = await fixture('tiny/64x64.png')

test('results come in the inputs’ order, and broken files do not stop the others', async () => {
  const files = [
    'variant/gray.png',
    'broken/empty.png',
    'icon/icon-16.png',
    'no/such.png',
    'tiny/64x64.png',
    'broken/truncated.png',
    'flat/white.png',
    'variant/gray.jpg',
  ]
  const results: ScoreResult[] = []
  for await (const result of scorer.scoreMany(files.map(fixturePath))) results.push(result)
  expect(results.map((result) => ('reason' in result ? result.reason : result.status))).toEqual([
    'scored',
    'empty',
    'too-small',
    'unreadable',
    'scored',
    'truncated',
    'flat',
    'scored',
  ])
  expect(results[7]!.sha256).toBe(sha256(await fixture('variant/gray.jpg')))
})

test('an endless list is asked only for what there is room for', async () => {
  let [asked, taken, ended] = [0, 0, false]
  async function* endless() {
    try {
      for (;;) {
        asked++
        yield small
      }
    } finally {
      ended = true
    }
  }
  for await (const result of scorer.scoreMany(endless())) {
    expect(result.status).toBe('scored')
    taken++
    await new Promise((resolve) => setTimeout(resolve, 10))
    expect(asked - taken).toBeLessThanOrEqual(4)
    if (taken === 12) break
  }
  expect(ended).toBe(true)
  const then = asked
  expect((await scorer.score(small)).status).toBe('scored')
  expect(asked).toBe(then)
})

test('an input that is no image at all is misuse, in its turn', async () => {
  const results = scorer.scoreMany([small, 5 as never, small])
  expect((await results.next()).value).toMatchObject({ status: 'scored' })
  await expect(results.next()).rejects.toThrow(
    'Expected bytes, a path or a file URL for an image but received a value of type Number.',
  )
  expect(await results.next()).toEqual({ value: undefined, done: true })
})
