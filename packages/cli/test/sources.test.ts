import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '@diqa/gate'
import { expect, test } from 'vitest'
import { diqa } from './support/fake-process.js'
import { fakeScorers } from './support/fake-scorer.js'
import { tree } from './support/tree.js'

const SITE = {
  'public/a.png': '80',
  'public/img/b.jpg': '81',
  'public/img/c.jpg': '82',
  'public/img/c.png': '83',
  'dist/a.png': '50',
  'dist/img/b.webp': '75',
  'dist/img/c.webp': '60',
  'dist/new.png': '70',
}
const rules = (options: object) => ({ 'diqa.config.json': JSON.stringify(options) })
const NO_SOURCE = 'diqa: 2 images without a source in "public": "maxDrop" has no say there.\n'

async function check(cwd: string, ...args: string[]) {
  const run = await diqa(['check', ...args, '--format', 'json'], { cwd, ...fakeScorers() })
  const report: Report | undefined = run.stdout ? JSON.parse(run.stdout) : undefined
  return { ...run, images: report?.images }
}

test('--sources compares by path, else by the one image of another extension', async () => {
  const cwd = await tree(SITE)
  const { images, stderr, exitCode } = await check(cwd, 'dist', '--sources', 'public', '--max-drop', '10')
  expect(images!.map(({ path, output, status, source }) => [path, output, status, source?.score])).toEqual([
    ['dist/a.png', undefined, 'error', 80],
    ['dist/img/b.webp', undefined, 'pass', 81],
    ['dist/img/c.webp', undefined, 'pass', undefined],
    ['dist/new.png', undefined, 'pass', undefined],
  ])
  expect(images![0]!.rule).toMatchObject({ files: '**/*', maxDrop: { error: 10 } })
  expect(stderr).toContain(NO_SOURCE)
  expect(exitCode).toBe(1)
})

test('rules match by source or output, and what excludes the sources does not exclude what was made of them', async () => {
  const cwd = await tree({
    ...SITE,
    ...rules({ exclude: 'public/**', rules: [{ files: 'public/img/**', maxDrop: { warn: 5 } }] }),
  })
  const { images, exitCode } = await check(cwd, 'dist', '--sources', 'public')
  expect(images!.map(({ path, status }) => [path, status])).toEqual([
    ['dist/a.png', 'pass'],
    ['dist/img/b.webp', 'warn'],
    ['dist/img/c.webp', 'pass'],
    ['dist/new.png', 'pass'],
  ])
  expect(exitCode).toBe(0)
})

test('a baseline accepts what was lost', async () => {
  const cwd = await tree(SITE)
  const flags = ['dist', '--sources', 'public', '--max-drop', '10']
  const run = await diqa(['baseline', ...flags], { cwd, ...fakeScorers() })
  expect(run).toMatchObject({ exitCode: 0, stderr: NO_SOURCE })
  expect(JSON.parse(await readFile(join(cwd, 'diqa-baseline.json'), 'utf8')).images).toMatchObject([
    { path: 'dist/a.png' },
  ])
  expect((await check(cwd, ...flags, '--baseline', 'diqa-baseline.json')).exitCode).toBe(0)
})

test('parts of a run must agree in their sources', async () => {
  const cwd = await tree(SITE)
  const flags = ['--max-drop', '10', '--silent', '-o']
  await check(cwd, 'dist', '--shard', '1/2', '--sources', 'public', ...flags, '1.json')
  await check(cwd, 'dist', '--shard', '2/2', '--sources', 'public/img', ...flags, '2.json')
  const merge = () => diqa(['merge', '1.json', '2.json'], { cwd })
  expect((await merge()).stderr).toBe(
    'diqa: Expected parts of one run but "1.json" and "2.json" were made with different rules, baselines or settings.\n',
  )
  await check(cwd, 'dist', '--shard', '2/2', '--sources', join(cwd, 'public/'), ...flags, '2.json')
  expect((await merge()).stderr).toMatch(/^diqa: The gate failed for part .* of 2\.\n$/)
})

test('what has no say is said, once', async () => {
  const cwd = await tree({ ...SITE, ...rules({ rules: [{ files: '**', maxDrop: 5 }] }) })
  const said = 'diqa: "maxDrop" has no say without --sources FOLDER.\n'
  expect(await check(cwd, 'dist')).toMatchObject({ exitCode: 0, stderr: said })
  expect(await check(cwd, 'dist', '--silent')).toMatchObject({ exitCode: 0, stderr: '' })
  expect(await check(await tree(SITE), 'dist', '--sources', 'public')).toMatchObject({
    exitCode: 0,
    stderr: 'diqa: --sources has no say without "maxDrop" in a rule, or --max-drop.\n',
  })
})

test.each([
  [['dist', '--sources', 'none'], 'Expected a folder for --sources but received "none", which is none.'],
  [['dist', '--sources', 'dist/a.png'], 'Expected a folder for --sources but received "dist/a.png", which is none.'],
  [['--sources', 'public'], 'Expected one folder to compare with --sources but received none.'],
  [
    ['dist', 'public', '--sources', 'public'],
    'Expected one folder to compare with --sources but received "dist", "public".',
  ],
  [['dist/a.png', '--sources', 'public'], 'Expected one folder to compare with --sources but received "dist/a.png".'],
  [['dist', '--max-drop', '-1'], 'Expected a number from 0 to 100 for --max-drop but received "-1".'],
])('%j', async (args, sentence) => {
  const cwd = await tree(SITE)
  expect(await check(cwd, ...args)).toMatchObject({ stdout: '', stderr: `diqa: ${sentence}\n`, exitCode: 2 })
})
