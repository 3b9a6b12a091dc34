import { readdir } from 'node:fs/promises'
import { createStorage } from 'unstorage'
import fsDriver from 'unstorage/drivers/fs'
import memoryDriver from 'unstorage/drivers/memory'
import { describe, expect, test } from 'vitest'
import type { Store } from '../src/index.js'
import { folder } from './support/folder.js'
import { collectorOf, image } from './support/gate.js'

async function build(store: Store, dir: string, text = '50') {
  const said: string[] = []
  const logger = { debug: (message: string) => said.push(message) }
  const collector = collectorOf({ cache: { store, dir } }, { logger })
  await collector.add({ name: 'a.jpg', bytes: image(text) })
  const { counts, report } = await collector.finish()
  return { cached: counts.cached, score: report.images[0]!.score, said }
}

function memory(entries = new Map<string, unknown>()) {
  const store: Store = {
    getItem: async (key) => entries.get(key) ?? null,
    setItem: async (key, value) => void entries.set(key, value),
  }
  return { store, entries }
}

test('machines share a store; each keeps what it fetched', async () => {
  const { store, entries } = memory()
  const [here, there] = [await folder(), await folder()]
  expect(await build(store, here)).toMatchObject({ cached: 0 })
  expect([...entries.keys()]).toEqual([expect.stringMatching(/^diqa:v1:1{16}:[0-9a-f]{64}$/)])
  expect(await build(store, there)).toMatchObject({ cached: 1, score: 50 })
  expect(await build(memory().store, there)).toMatchObject({ cached: 1, score: 50 })
})

test('JSON text is understood', async () => {
  const entries = new Map<string, unknown>()
  const { store } = memory(entries)
  await build(store, await folder())
  for (const [key, value] of entries) entries.set(key, JSON.stringify(value))
  expect(await build(store, await folder())).toMatchObject({ cached: 1, score: 50 })
})

test('what is no result of these bytes is a miss', async () => {
  const { store, entries } = memory()
  await build(store, await folder())
  const [key, value] = [...entries][0]! as [string, object]
  for (const wrong of [
    '{"half',
    'text',
    5,
    {},
    { ...value, score: 101 },
    { ...value, label: 'nice' },
    { ...value, sha256: 'a' },
  ]) {
    entries.set(key, wrong)
    expect(await build(store, await folder())).toMatchObject({ cached: 0, score: 50 })
  }
})

test('a store that fails is no error', async () => {
  const store: Store = {
    getItem: () => Promise.reject(new Error('no network')),
    setItem: () => {
      throw new Error('read only')
    },
  }
  expect(await build(store, await folder())).toEqual({
    cached: 0,
    score: 50,
    said: [
      'The shared score cache could not be read: no network',
      'The shared score cache could not be written to: read only',
    ],
  })
})

describe.each([
  ['fs', async () => fsDriver({ base: await folder() })],
  ['memory', async () => memoryDriver()],
])('a storage of unstorage, driver %s', (_, driver) => {
  test('is a store as it is', async () => {
    const store = createStorage({ driver: await driver() })
    const [here, there] = [await folder(), await folder()]
    expect(await build(store, here)).toEqual({ cached: 0, score: 50, said: [] })
    expect(await store.getKeys()).toEqual([expect.stringMatching(/^diqa:v1:1{16}:[0-9a-f]{64}$/)])
    expect(await build(store, there)).toEqual({ cached: 1, score: 50, said: [] })
    await store.dispose()
  })

  test('what is damaged in it is a miss, and is mended', async () => {
    const store = createStorage({ driver: await driver() })
    await build(store, await folder())
    const [key] = await store.getKeys()
    await store.setItemRaw(key!, '{ "status": "scored", "sc')
    expect(await build(store, await folder())).toMatchObject({ cached: 0, score: 50 })
    expect(await build(store, await folder())).toMatchObject({ cached: 1, score: 50 })
    await store.dispose()
  })
})

test('the driver fs of unstorage keeps a file for each score', async () => {
  const base = await folder()
  await build(createStorage({ driver: fsDriver({ base }) }), await folder())
  const entries = await readdir(base, { recursive: true, withFileTypes: true })
  expect(entries.filter((entry) => entry.isFile()).map(({ name }) => name)).toEqual([
    expect.stringMatching(/^[0-9a-f]{64}$/),
  ])
})
