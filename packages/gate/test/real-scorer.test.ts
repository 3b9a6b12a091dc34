import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { createCollector, resolveOptions } from '../src/index.js'
import { folder } from './support/folder.js'
import { errors } from './support/schema.js'

const fixture = (name: string) => fileURLToPath(new URL(`../../../fixtures/images/${name}`, import.meta.url))

test('the network behind the gate, and the cache instead of it', async () => {
  const root = await folder()
  const options = resolveOptions({ cache: { dir: 'cache' }, concurrency: 1, onUndecodable: 'warn' }, { root })
  const build = async () => {
    const collector = createCollector(options)
    await collector.add({ name: 'chelsea.png', bytes: await readFile(fixture('photo/chelsea.png')) })
    await collector.add({ name: 'again.png', file: fixture('photo/chelsea.png') })
    await collector.add({ name: 'lfs.png', bytes: Buffer.from('version https://git-lfs.github.com/spec/v1\n') })
    const result = await collector.finish()
    await collector.dispose()
    return result
  }
  const first = await build()
  expect(errors(first.report)).toEqual([])
  expect(first.report.engine.name).not.toBe('none')
  expect(first.report.images).toMatchObject([
    { path: 'again.png', score: expect.any(Number), format: 'png', cached: false },
    { path: 'chelsea.png', score: first.report.images[0]!.score, cached: false },
    { path: 'lfs.png', status: 'undecodable', reason: 'git-lfs-pointer' },
  ])
  expect(first.messages.map(({ text }) => text)).toContain(
    'lfs.png: Expected an image but found a Git LFS pointer: run "git lfs pull".',
  )

  const second = await build()
  expect(errors(second.report)).toEqual([])
  expect(second.report.engine.name).toBe('none')
  expect(second.report.model).toEqual(first.report.model)
  expect(second.report.images).toEqual(first.report.images.map((image) => ({ ...image, cached: true })))
})
