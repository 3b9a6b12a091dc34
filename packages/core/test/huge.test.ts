import { stat } from 'node:fs/promises'
import { expect, test } from 'vitest'
import { runModule } from './support/child.js'
import { built, temporaryFolder } from './support/files.js'

/**
 * Megabytes that a process may use to score 50 megapixels. Twice the decoded pixels are 300, Node and a thread with the
 * network 150, and what is not yet collected the rest: 600 were measured in Node 20, 730 in Node 26.
 */
const MOST_MEGABYTES = 900

test('a 50-megapixel photograph costs the network eight tiles, and little memory', async () => {
  const folder = await temporaryFolder()
  const { makeHuge } = await import(new URL('../../../fixtures/huge.mjs', import.meta.url).href)
  const path: string = await makeHuge(folder)
  expect((await stat(path)).size).toBeGreaterThan(2 ** 20)

  const child = await runModule(
    `import { createScorer } from ${JSON.stringify(built('index.js').href)}
    import { WasmEngine } from ${JSON.stringify(built('engine/wasm.js').href)}
    const { run } = WasmEngine.prototype
    const tiles = []
    WasmEngine.prototype.run = function ({ count, width, height }) {
      tiles.push([count, width, height])
      return run.apply(this, arguments)
    }
    const scorer = await createScorer({ concurrency: 1 })
    const { status, width, height } = await scorer.score(process.argv[1])
    console.log(JSON.stringify({ status, width, height, tiles, megabytes: process.resourceUsage().maxRSS / 1024 }))
    await scorer.dispose()`,
    { args: [path] },
  )
  expect(child.stderr).toBe('')
  const { megabytes, ...result } = JSON.parse(child.stdout)
  expect(result).toEqual({ status: 'scored', width: 8000, height: 6250, tiles: [[8, 128, 128]] })
  expect(megabytes).toBeLessThan(MOST_MEGABYTES)
}, 120_000)
