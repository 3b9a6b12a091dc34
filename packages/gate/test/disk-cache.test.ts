import { appendFile, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { DiskCache } from '../src/cache/disk-cache.js'
import { fakeResult } from './support/fake-scorer.js'
import { folder } from './support/folder.js'

const digest = 'ab'.repeat(32)
const results = Array.from({ length: 50 }, (_, i) => fakeResult(Buffer.from(`50 ${i}`)))

interface Setting {
  today?: number
  retention?: number
  digest?: string
}

function open(directory: string, setting: Setting = {}) {
  const said: string[] = []
  const logger = { debug: (message: string) => said.push(message) }
  const cache = new DiskCache({ directory, digest, retention: 30, logger, ...setting })
  return { cache, said }
}

async function fill(directory: string, setting?: Setting) {
  const { cache } = open(directory, setting)
  for (const result of results) cache.set(result.sha256!, result)
  await cache.flush()
}

const hits = async (directory: string, setting?: Setting) => {
  const { cache } = open(directory, setting)
  const found = await Promise.all(results.map(({ sha256 }) => cache.get(sha256!)))
  for (const [i, result] of found.entries()) if (result) expect(result).toEqual(results[i])
  await cache.flush()
  return found.filter((result) => result !== undefined).length
}

const shards = (directory: string) => readdir(join(directory, 'v1', digest.slice(0, 16))).catch(() => [])
const shardOf = (directory: string, sha256: string) => join(directory, 'v1', digest.slice(0, 16), `${sha256[0]}.jsonl`)

test('what was kept is found, by another process or another time', async () => {
  const directory = await folder()
  expect(await hits(directory)).toBe(0)
  await fill(directory)
  expect(await hits(directory)).toBe(50)
})

test('what was just kept is found before it is written', async () => {
  const { cache } = open(await folder())
  const [result] = results
  expect(await cache.get(result!.sha256!)).toBeUndefined()
  cache.set(result!.sha256!, result!)
  expect(await cache.get(result!.sha256!)).toEqual(result)
})

test('another model has other scores', async () => {
  const directory = await folder()
  await fill(directory)
  expect(await hits(directory, { digest: 'cd'.repeat(32) })).toBe(0)
})

test('damage is a miss, and costs only the lines that are damaged', async () => {
  const directory = await folder()
  await fill(directory)
  const [first, second] = results
  const file = shardOf(directory, first!.sha256!)
  const text = await readFile(file, 'utf8')
  const flipped = text.replace(new RegExp(`(${first!.sha256}.*"score":)50`), '$195')
  expect(flipped).not.toBe(text)
  await writeFile(file, `${flipped}garbage\n{"half a li`)
  expect(await hits(directory)).toBe(49)

  // Another process goes on after the torn line.
  await fill(directory)
  expect(await hits(directory)).toBe(50)

  await writeFile(shardOf(directory, second!.sha256!), Buffer.from([0xff, 0xfe, 0, 1, 2]))
  expect(await hits(directory)).toBeLessThan(50)
})

test('an older line counts where the newer one is damaged', async () => {
  const directory = await folder()
  await fill(directory)
  const [first] = results
  const file = shardOf(directory, first!.sha256!)
  const line = (await readFile(file, 'utf8')).split('\n').find((text) => text.includes(first!.sha256!))!
  await appendFile(file, `\n${line.slice(0, -5)}\n`)
  expect(await hits(directory)).toBe(50)
})

test('what is not used is forgotten, what is used is not', async () => {
  const directory = await folder()
  await fill(directory, { today: 100 })
  expect(await hits(directory, { today: 130 })).toBe(50)
  expect(await hits(directory, { today: 155 })).toBe(50)
  expect(await hits(directory, { today: 186 })).toBe(0)
})

test('a use is noted only now and then: reading does not write', async () => {
  const directory = await folder()
  await fill(directory, { today: 100 })
  const file = shardOf(directory, results[0]!.sha256!)
  const size = async () => (await stat(file)).size
  const before = await size()
  await hits(directory, { today: 103 })
  expect(await size()).toBe(before)
  await hits(directory, { today: 104 })
  expect(await size()).toBeGreaterThan(before)
})

test('once a day the files are rid of what is old, damaged or doubled', async () => {
  const directory = await folder()
  const today = Math.floor(Date.now() / 86_400_000)
  await fill(directory, { today: today - 31 })
  expect((await shards(directory)).length).toBeGreaterThan(10)
  const stamp = join(directory, 'v1', 'pruned')
  await utimes(stamp, new Date(0), new Date(0))
  const { cache } = open(directory, { digest: 'cd'.repeat(32), today })
  await cache.get('00')
  await cache.flush()
  expect(await shards(directory)).toEqual([])
  expect(await readdir(join(directory, 'v1'))).toEqual(['pruned'])

  await fill(directory, { today })
  await fill(directory, { today })
  const file = shardOf(directory, results[0]!.sha256!)
  const doubled = (await stat(file)).size
  expect(await hits(directory, { today })).toBe(50)
  expect((await stat(file)).size).toBe(doubled)
  await utimes(stamp, new Date(0), new Date(0))
  expect(await hits(directory, { today })).toBe(50)
  expect((await stat(file)).size).toBeLessThan(doubled * 0.6)
  expect(await hits(directory, { today })).toBe(50)
})

test('a second flush with nothing to write leaves the disk alone', async () => {
  const directory = await folder()
  const { cache } = open(directory)
  await cache.get('00')
  await cache.flush()
  expect(await readdir(directory)).toEqual(['v1'])
  await rm(directory, { recursive: true })
  await cache.flush()
  await expect(readdir(directory)).rejects.toThrow('ENOENT')
})

test('a cache that cannot be written is no error', async () => {
  const directory = await folder({ blocked: '' })
  const { cache, said } = open(join(directory, 'blocked'))
  cache.set(results[0]!.sha256!, results[0]!)
  await cache.flush()
  expect(await cache.get(results[1]!.sha256!)).toBeUndefined()
  expect(said).toContainEqual(expect.stringMatching(/^The score cache at .*blocked.* could not be read: ENOTDIR/))
  expect(said).toContainEqual(expect.stringMatching(/^Could not write the score cache in .*blocked.*: ENOTDIR/))
})
