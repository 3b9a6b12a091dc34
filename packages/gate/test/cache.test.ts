import { homedir } from 'node:os'
import { join } from 'node:path'
import { cacheDirectory } from '@diqa/core/light'
import { expect, test } from 'vitest'
import type { DiqaOptions } from '../src/index.js'
import { folder } from './support/folder.js'
import { collectorOf, image } from './support/gate.js'

async function build(options: DiqaOptions, texts: (string | number)[], dependencies = {}) {
  const collector = collectorOf(options, dependencies)
  for (const [i, text] of texts.entries()) await collector.add({ name: `${i}.jpg`, bytes: image(text) })
  const { report, counts } = await collector.finish()
  await collector.dispose()
  return { report, cached: counts.cached, made: collector.counts.made, seen: collector.seen }
}

test('a second build has everything from the cache and starts nothing', async () => {
  const dir = await folder()
  const texts = [50, 'vector', 'broken']
  expect(await build({ cache: { dir } }, texts)).toMatchObject({ cached: 0, made: 1 })
  const second = await build({ cache: { dir } }, texts)
  expect(second).toMatchObject({ cached: 3, made: 0, seen: [] })
  expect(second.report.engine).toEqual({ name: 'none', device: 'none', refused: [] })
  expect(second.report.images).toMatchObject([
    { status: 'pass', score: 50, cached: true },
    { status: 'skip', reason: 'vector', cached: true },
    { status: 'undecodable', reason: 'truncated', cached: true },
  ])
})

test('only what is new is scored; under another name it is not new', async () => {
  const dir = await folder()
  await build({ cache: { dir } }, [50, 60])
  expect(await build({ cache: { dir } }, [60, 70, 50])).toMatchObject({ cached: 2, seen: ['70'] })
})

test('failures of the moment are not kept', async () => {
  const dir = await folder()
  await build({ cache: { dir } }, ['fault'])
  expect(await build({ cache: { dir } }, ['fault'])).toMatchObject({ cached: 0, seen: ['fault'] })
})

test('cache: false keeps nothing', async () => {
  const root = await folder({ 'package.json': '{}' })
  await build({ cache: false }, [50], { root })
  expect(await build({ cache: true }, [50], { root })).toMatchObject({ cached: 0 })
  expect(await build({ cache: true }, [50], { root })).toMatchObject({ cached: 1 })
  expect(await build({ cache: false }, [50], { root })).toMatchObject({ cached: 0 })
})

test("the options' folder comes first, then the bundler's, then the package's", async () => {
  const root = await folder({ 'package.json': '{}' })
  const cacheDirectory = await folder()
  await build({ cache: true }, [50], { root, cacheDirectory })
  expect(await build({ cache: true }, [50], { root })).toMatchObject({ cached: 0 })
  expect(await build({ cache: true }, [50], { root, cacheDirectory })).toMatchObject({ cached: 1 })
  expect(await build({ cache: { dir: 'mine' } }, [50], { root, cacheDirectory })).toMatchObject({ cached: 0 })
  expect(await build({ cache: { dir: join(root, 'mine') } }, [50])).toMatchObject({ cached: 1 })
})

test('by default scores are kept with the package, or with the user where there is none', async () => {
  const root = await folder({ 'package.json': '{}', 'src/img/a.jpg': '' })
  expect(cacheDirectory(join(root, 'src/img'))).toBe(join(root, 'node_modules/.cache/diqa'))
  const alone = await folder()
  expect(cacheDirectory(alone, {}, 'linux')).toBe(join(homedir(), '.cache/diqa'))
  expect(cacheDirectory(alone, { XDG_CACHE_HOME: '/cache' }, 'linux')).toBe(join('/cache/diqa'))
  expect(cacheDirectory(alone, {}, 'darwin')).toBe(join(homedir(), 'Library/Caches/diqa'))
  expect(cacheDirectory(alone, { LOCALAPPDATA: '/local' }, 'win32')).toBe(join('/local/diqa'))
})
