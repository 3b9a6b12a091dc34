import { existsSync } from 'node:fs'
import type { Scorer } from '@diqa/core'
import { expect, test } from 'vitest'
import { Judge } from '../../src/distort/judge.js'
import { climb } from '../../src/ladders/climb.js'
import { PHOTOGRAPH_RUNGS } from '../../src/ladders/rung.js'
import { BY_SIZE, fakeJudge } from '../distort/fake-judge.js'
import { picture } from '../tiny.js'

const facts = { bytes: 1, sha256: '' }
const scorer = (score: (bytes: number) => object) =>
  ({ score: async (input: Uint8Array | string) => ({ ...facts, ...score(input.length) }) }) as unknown as Scorer
const rungs = PHOTOGRAPH_RUNGS.filter(({ ladder }) => ladder === 'jpeg' || ladder === 'blur')
const climber = { set: 'photograph' as const, name: 'a.png', path: 'x'.repeat(5000), pixels: picture(48, 40, 1), rungs }
const nobody = { earlier: () => undefined, judge: undefined }
const bySize = scorer((bytes) => ({ status: 'scored', score: bytes / 100 }))

test('the picture first, then its rungs in order', async () => {
  const rows = await climb(climber, bySize, nobody)
  expect(rows.map(({ ladder, level }) => `${ladder} ${level}`)).toEqual([
    'lossless 0',
    ...rungs.map(({ ladder, level }) => `${ladder} ${level}`),
  ])
  expect(rows[0]).toEqual({
    set: 'photograph',
    picture: 'a.png',
    kind: 'lossless',
    ladder: 'lossless',
    level: 0,
    order: 0,
    score: 50,
  })
  expect(rows[1]!.score).toBeLessThan(rows[5]!.score!)
  for (const row of rows) expect(row).not.toHaveProperty('judged')
})

test('a fault is kept', async () => {
  const blurred = scorer(() => ({ status: 'scored', score: 10, fault: 'blur' }))
  expect(await climb({ ...climber, rungs: [] }, blurred, nobody)).toMatchObject([{ score: 10, fault: 'blur' }])
})

test('the judge sees what was decoded, and is not asked again for what is known', async () => {
  const judge = await Judge.create(await fakeJudge(BY_SIZE))
  try {
    const rows = await climb(climber, bySize, { earlier: (_, { level }) => (level === 10 ? 77 : undefined), judge })
    expect(rows[0]).not.toHaveProperty('judged')
    expect(rows[1]).toMatchObject({ level: 10, judged: 77 })
    for (const { judged } of rows.slice(2)) expect(judged).toBeGreaterThan(0)
    expect(existsSync(`${judge.folder}/0.png`)).toBe(false)
  } finally {
    await judge.close()
  }
})

test('what the judge finds ruined is worth 0', async () => {
  const judge = await Judge.create(await fakeJudge("console.log('Score: -37.5')"))
  try {
    const rows = await climb({ ...climber, rungs: rungs.slice(0, 1) }, bySize, { earlier: () => undefined, judge })
    expect(rows[1]).toMatchObject({ judged: 0 })
  } finally {
    await judge.close()
  }
})

test('a skipped picture has a reason, one that does not decode ends it', async () => {
  const flat = scorer(() => ({ status: 'skipped', reason: 'flat', message: '' }))
  const [first] = await climb({ ...climber, rungs: [] }, flat, nobody)
  expect(first).toMatchObject({ skipped: 'flat' })
  expect(first).not.toHaveProperty('score')
  const broken = scorer(() => ({ status: 'undecodable', message: 'The file is empty.' }))
  await expect(climb(climber, broken, nobody)).rejects.toThrow(
    'Expected a picture that can be scored but it could not be decoded: The file is empty.',
  )
})
