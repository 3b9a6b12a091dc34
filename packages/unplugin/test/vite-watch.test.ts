import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Worker } from 'node:worker_threads'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { cycles, type Watcher } from './rollup-family/cycles.js'
import { image, project, reportOf, rows, write } from './rollup-family/project.js'
import { failAll } from './rollup-family/shared.js'
import { configure, versions } from './rollup-family/vite.js'

describe.each(versions)('%s', (_, vite) => {
  test('build --watch only warns, scores only what changed, and ends its threads when it is closed', async () => {
    const root = await project({
      'index.html': '<!doctype html><title>A site</title><img src="/a.jpg"><img src="/b.jpg">',
      'a.jpg': image('screenshot/shop-jpeg-q10.jpg'),
      'b.jpg': image('screenshot/dashboard-jpeg-q10.jpg'),
      'public/c.jpg': image('illustration/landscape-jpeg-q10.jpg'),
    })
    const { config, said } = configure(
      vite,
      root,
      { ...failAll, cache: false },
      { build: { watch: {}, emptyOutDir: false } },
    )
    const watcher = (await vite.build(config)) as Watcher
    onTestFinished(() => watcher.close())
    const next = cycles(watcher)

    await next()
    expect(said.warnings.map((text) => text.replace(/ → .*/, '')).toSorted()).toEqual([
      'a.jpg',
      'b.jpg',
      'public/c.jpg',
    ])
    expect((await reportOf(root)).images.map(({ cached }) => cached)).toEqual([false, false, false])

    said.warnings.length = 0
    await write(root, {
      'a.jpg': image('gradient/hero-jpeg-q10.jpg'),
      'index.html': '<!doctype html><title>The same site</title><img src="/a.jpg"><img src="/b.jpg">',
    })
    await next()
    const report = await reportOf(root)
    expect(rows(report)).toEqual([
      'a.jpg → assets/a.jpg: error',
      'b.jpg → assets/b.jpg: error',
      'public/c.jpg → c.jpg: error',
    ])
    expect(report.images.map(({ cached }) => cached)).toEqual([false, true, true])
    // What the first cycle wrote is still there, and is no image of this one.
    expect((await readdir(join(root, 'dist/assets'))).filter((name) => name.startsWith('a-'))).toHaveLength(2)
    expect(said.warnings).toHaveLength(3)

    const ended = vi.spyOn(Worker.prototype, 'terminate')
    onTestFinished(() => ended.mockRestore())
    await watcher.close()
    await expect.poll(() => ended.mock.calls.length).toBeGreaterThan(0)
  })
})
