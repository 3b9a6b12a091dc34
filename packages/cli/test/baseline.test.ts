import { readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diqa } from './support/fake-process.js'
import { fakeScorers } from './support/fake-scorer.js'
import { lockFolders } from './support/locked-folder.js'
import { tree } from './support/tree.js'

const FILE = 'diqa-baseline.json'
const config = { 'diqa.config.json': JSON.stringify({ baseline: FILE }) }

const run = (cwd: string, ...args: string[]) => diqa(args, { cwd, ...fakeScorers() })
const entries = async (cwd: string) =>
  JSON.parse(await readFile(join(cwd, FILE), 'utf8')).images.map(({ path }: { path: string }) => path)

test('today is accepted; from then on only new and worse images fail', async () => {
  const cwd = await tree({ ...config, 'a.png': '10', 'b/c.png': '30', 'good.png': '80' })
  const before = await run(cwd, 'check')
  expect(before.exitCode).toBe(1)
  expect(before.stderr).toContain(`diqa: There is no baseline at ${join(cwd, FILE)} yet, so every image counts as new`)
  expect(await run(cwd, 'baseline')).toMatchObject({
    exitCode: 0,
    stderr: '',
    stdout: '2 images are accepted in diqa-baseline.json (2 added, 0 removed).\n',
  })
  expect(await entries(cwd)).toEqual(['a.png', 'b/c.png'])
  expect(await run(cwd, 'check')).toMatchObject({ exitCode: 0, stderr: '' })

  await writeFile(join(cwd, 'a.png'), '5')
  expect((await run(cwd, 'check')).exitCode).toBe(1)
  await writeFile(join(cwd, 'a.png'), '9')
  expect((await run(cwd, 'check')).exitCode).toBe(0)
  await writeFile(join(cwd, 'new.png'), '19')
  expect((await run(cwd, 'check')).exitCode).toBe(1)
})

test('a check never writes the baseline, unless asked', async () => {
  const cwd = await tree({ ...config, 'a.png': '10' })
  await run(cwd, 'baseline')
  const text = await readFile(join(cwd, FILE), 'utf8')
  await writeFile(join(cwd, 'new.png'), '11')
  await run(cwd, 'check')
  expect(await readFile(join(cwd, FILE), 'utf8')).toBe(text)
  expect(await run(cwd, 'check', '--update-baseline')).toMatchObject({
    exitCode: 0,
    stderr: 'diqa: 2 images are accepted in diqa-baseline.json (1 added, 0 removed).\n',
  })
  expect(await entries(cwd)).toEqual(['a.png', 'new.png'])
})

test('stale entries are told, and pruned when asked; nothing new is accepted by that', async () => {
  const cwd = await tree({ ...config, 'a.png': '10', 'b.png': '11', 'c.png': '12' })
  await run(cwd, 'baseline')
  await rm(join(cwd, 'a.png'))
  await writeFile(join(cwd, 'b.png'), '80')
  await writeFile(join(cwd, 'new.png'), '13')
  const check = await run(cwd, 'check')
  expect(check.exitCode).toBe(1)
  expect(check.stderr).toContain(
    'diqa: 2 entries of diqa-baseline.json accept nothing any more: "diqa baseline --prune" takes them out.\n',
  )
  // A part of the images says nothing of the others.
  expect((await run(cwd, 'check', 'c.png')).stderr).toBe('')
  expect((await run(cwd, 'baseline', '--prune', 'b.png')).stdout).toBe(
    '2 images are accepted in diqa-baseline.json (0 added, 1 removed).\n',
  )
  expect(await entries(cwd)).toEqual(['a.png', 'c.png'])
  await run(cwd, 'baseline', '--prune')
  expect(await entries(cwd)).toEqual(['c.png'])
  expect((await run(cwd, 'check')).exitCode).toBe(1)
})

test('a renamed image is not stale and not new', async () => {
  const cwd = await tree({ ...config, 'a.png': '10' })
  await run(cwd, 'baseline')
  await rename(join(cwd, 'a.png'), join(cwd, 'z.png'))
  expect(await run(cwd, 'check')).toMatchObject({ exitCode: 0, stderr: '' })
  await run(cwd, 'baseline')
  expect(await entries(cwd)).toEqual(['z.png'])
})

test('a part is accepted without touching the rest', async () => {
  const cwd = await tree({ ...config, 'a/a.png': '10', 'b/b.png': '11' })
  await run(cwd, 'baseline', 'a')
  expect(await entries(cwd)).toEqual(['a/a.png'])
  expect((await run(cwd, 'baseline', 'b')).stdout).toContain('2 images are accepted')
  await writeFile(join(cwd, FILE), (await readFile(join(cwd, FILE), 'utf8')).replace(/"sha256:\w+"/, '"sha256:0"'))
  expect(await run(cwd, 'baseline', 'b')).toMatchObject({
    exitCode: 2,
    stderr:
      'diqa: Expected a baseline of the same weights to change a part of but it has scores of others: run "diqa baseline" for all images.\n',
  })
})

test('nothing is written where an image has no verdict', async () => {
  const cwd = await tree({ ...config, 'a.png': '10', 'b.png': 'dead', 'c.png': 'dead two' })
  expect(await run(cwd, 'baseline')).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr:
      'diqa: Expected a verdict on every image for a baseline but there is none on b.png: The worker died, and 1 other neither.\n',
  })
  await expect(readFile(join(cwd, FILE))).rejects.toThrow('ENOENT')
})

test('nothing is written where something is missing', async () => {
  const cwd = await tree({ ...config, 'a.png': '10' })
  expect((await run(cwd, 'baseline', 'a.png', 'b.png')).exitCode).toBe(2)
  await expect(readFile(join(cwd, FILE))).rejects.toThrow('ENOENT')
})

test('what lies in a folder that cannot be looked into stays accepted', async () => {
  const cwd = await tree({ ...config, 'a.png': '10', 'locked/b.png': '10' })
  await run(cwd, 'baseline')
  lockFolders()
  expect(await run(cwd, 'check', '--update-baseline')).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining('Expected to look into the folder "locked" but that failed (EACCES).'),
  })
  expect(await entries(cwd)).toEqual(['a.png', 'locked/b.png'])
})

test('without a configuration the file has a name, and can be given one', async () => {
  const cwd = await tree({ 'a.png': '10' })
  await run(cwd, 'baseline')
  expect((await run(cwd, 'check', '--baseline', FILE)).exitCode).toBe(0)
  expect((await run(cwd, 'baseline', '--baseline', 'other.json')).stdout).toContain('accepted in other.json')
})

test('conflict markers are exit 2 for a check, and overwritten by a new baseline', async () => {
  const cwd = await tree({ ...config, 'a.png': '10', [FILE]: '<<<<<<< ours\n' })
  expect(await run(cwd, 'check')).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: `diqa: Expected JSON in the baseline ${join(cwd, FILE)} but found something else: it has conflict markers; resolve them, or run "diqa baseline".\n`,
  })
  expect((await run(cwd, 'baseline')).exitCode).toBe(0)
  expect((await run(cwd, 'check')).exitCode).toBe(0)
})

test('a baseline that cannot be written is known before anything is scored', async () => {
  const cwd = await tree({ ...config, 'a.png': '10', [`${FILE}/x`]: '' })
  for (const args of [['baseline'], ['check', '--update-baseline']]) {
    const { createScorer, made } = fakeScorers()
    expect(await diqa(args, { cwd, createScorer })).toMatchObject({
      exitCode: 2,
      stdout: '',
      stderr: `diqa: Expected a file to write but received "${FILE}", which is a folder.\n`,
    })
    expect(made).toEqual([])
  }
})

test.each([['baseline'], ['check', '--update-baseline']])('no image is replaced by a baseline: %s', async (...args) => {
  const cwd = await tree({ 'a.png': '10' })
  expect(await run(cwd, ...args, '--baseline', 'a.png')).toMatchObject({
    exitCode: 2,
    stderr: 'diqa: Expected a file for the baseline but received "a.png", which has the name of an image.\n',
  })
  expect(await readFile(join(cwd, 'a.png'), 'utf8')).toBe('10')
})

test('there must be something to prune', async () => {
  const cwd = await tree({ ...config, 'a.png': '10' })
  expect(await run(cwd, 'baseline', '--prune')).toMatchObject({
    exitCode: 2,
    stderr: 'diqa: Expected a baseline at "diqa-baseline.json" to prune but there is none.\n',
  })
})
