import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { folder } from './support/folder.js'

const child = fileURLToPath(new URL('support/cache-child.mjs', import.meta.url))
const COUNT = 600

async function run(directory: string, seed: number, ...rest: string[]) {
  const { stdout } = await promisify(execFile)(process.execPath, [child, directory, `${seed}`, `${COUNT}`, ...rest])
  return JSON.parse(stdout) as { wrong: number; found: number }
}

test('processes that write at the same time lose nothing and read nothing wrong', async () => {
  const directory = await folder()
  const runs = await Promise.all([1, 2, 3, 4].map((seed) => run(directory, seed)))
  expect(runs.map(({ wrong }) => wrong)).toEqual([0, 0, 0, 0])
  expect(await run(directory, 5)).toEqual({ wrong: 0, found: 5 * COUNT })
})

test('while files are being rewritten, at worst something is scored again', async () => {
  const directory = await folder()
  const runs = await Promise.all([1, 2, 3, 4].map((seed) => run(directory, seed, 'prune')))
  expect(runs.map(({ wrong }) => wrong)).toEqual([0, 0, 0, 0])
  await run(directory, 5)
  expect(await run(directory, 6)).toEqual({ wrong: 0, found: 5 * COUNT })
})
