import { existsSync } from 'node:fs'
import { expect, test } from 'vitest'
import { Judge } from '../../src/distort/judge.js'
import { picture } from '../tiny.js'
import { fakeJudge } from './fake-judge.js'

const original = picture(40, 32, 1)

async function scored(code: string): Promise<number> {
  const judge = await Judge.create(await fakeJudge(code))
  try {
    return await judge.score(await judge.keep(original), original)
  } finally {
    await judge.close()
    expect(existsSync(judge.folder)).toBe(false)
  }
}

test('reads the score, at most 100', async () => {
  expect(await scored("console.log('Score: 71.25')")).toBe(71.25)
  expect(await scored("console.log('Score: -37.5')")).toBe(-37.5)
  expect(await scored("console.log('100.0000001')")).toBe(100)
})

test('gets both pictures as files', async () => {
  const code = `const [command, ...files] = process.argv.slice(2)
    const png = (file) => require('node:fs').readFileSync(file).toString('latin1', 1, 4) === 'PNG'
    console.log(command === 'image' && files.length === 2 && files.every(png) ? 42 : 0)`
  expect(await scored(code)).toBe(42)
})

test('a command that is not there', async () => {
  await expect(Judge.create('no-such-judge')).rejects.toThrow(
    'Expected the SSIMULACRA2 command "no-such-judge" to run but it did not (spawn no-such-judge ENOENT): run "cargo install ssimulacra2_rs --no-default-features".',
  )
})

test('output that is no score', async () => {
  const command = await fakeJudge("console.log('Score: NaN')")
  const judge = await Judge.create(command)
  const file = await judge.keep(original)
  await expect(judge.score(file, original)).rejects.toThrow(
    `Expected a score from "${command}" but it printed "Score: NaN".`,
  )
  await judge.close()
})

test('a command that fails', async () => {
  const command = await fakeJudge("console.error('thread main panicked\\nno such picture'); process.exit(101)")
  const judge = await Judge.create(command)
  const file = await judge.keep(original)
  await expect(judge.score(file, original)).rejects.toThrow(
    `Expected a score from "${command}" but it failed (no such picture).`,
  )
  await judge.close()
})
