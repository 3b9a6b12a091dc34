import sharp from 'sharp'
import { expect, onTestFinished, test } from 'vitest'
import { createScorer } from '../src/index.js'
import { fixture } from './support/files.js'

test('what the program has set of sharp stays, although worker threads load it too', async () => {
  const threads = sharp.concurrency()
  onTestFinished(() => {
    sharp.cache(true)
    sharp.concurrency(threads)
  })
  const image = await fixture('tiny/64x64.png')
  for (const [memory, files, items, count] of [
    [7, 3, 11, 3],
    [0, 0, 0, 2],
  ] as const) {
    sharp.cache({ memory, files, items })
    sharp.concurrency(count)
    const scorer = await createScorer({ engine: 'wasm', concurrency: 2 })
    const results = await Promise.all([image, image, image].map((bytes) => scorer.score(bytes)))
    await scorer.dispose()
    expect(results.map(({ status }) => status)).toEqual(['scored', 'scored', 'scored'])
    const cache = sharp.cache()
    expect([cache.memory.max, cache.files.max, cache.items.max, sharp.concurrency()]).toEqual([
      memory,
      files,
      items,
      count,
    ])
  }
})
