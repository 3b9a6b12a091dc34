import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import type { Report } from '@diqa/gate'
import { expect, test } from 'vitest'
import { diqa, type FakeProcess } from './support/fake-process.js'
import { fakeScorers } from './support/fake-scorer.js'
import { tree } from './support/tree.js'

const config = (options: object) => ({ 'diqa.config.json': JSON.stringify(options) })

async function check(cwd: string, args: string[] = [], setup?: (process: FakeProcess) => void) {
  const run = await diqa(['check', '--format', 'json', ...args], { cwd, ...fakeScorers(), ...(setup ? { setup } : {}) })
  const report: Report | undefined = run.stdout ? JSON.parse(run.stdout) : undefined
  return {
    ...run,
    statuses: report && Object.fromEntries(report.images.map(({ path, status }) => [path, status])),
    report,
  }
}

test('the configuration says what to look at and what passes; the gate is exit 1', async () => {
  const rules = [{ files: 'hero/**', error: 70 }]
  const exempt = [{ files: 'old/**', reason: 'archive' }]
  const cwd = await tree({
    ...config({ rules, exempt, exclude: 'dist/**' }),
    'hero/a.png': '60',
    'b.png': '60',
    'warn.png': '30',
    'old/c.png': '1',
    'dist/d.png': '1',
    'notes.md': '',
  })
  const run = await check(cwd)
  expect(run.statuses).toEqual({
    'b.png': 'pass',
    'hero/a.png': 'error',
    'old/c.png': 'exempt',
    'warn.png': 'warn',
  })
  expect(run.report!.images[0]).not.toHaveProperty('output')
  expect(run.exitCode).toBe(1)
  expect(run.stderr).toMatch(
    /^diqa: 4 images in .*: 1 passed, 1 warning, 1 error, 1 exempt\. Limits are set by "rules", exceptions by "exempt" in the options of diqa\.\n$/,
  )
})

test('exemptions that nothing matches are told of all images, not of a part, whose rest may match them', async () => {
  const exempt = [{ files: 'old/**', reason: 'archive' }]
  const cwd = await tree({ ...config({ exempt }), 'new/a.png': '60' })
  const told = async (...args: string[]) => (await check(cwd, ['-o', 'report.json', ...args])).stderr
  expect(await told()).toContain('No image is matched in "exempt" by "old/**".')
  for (const part of [['new'], ['--shard', '1/2']]) {
    const text = await told(...part)
    expect(text).toMatch(/^diqa: [01] images? in /)
    expect(text).not.toContain('No image is matched')
  }
})

test('nothing to object to is exit 0, a warning too', async () => {
  const cwd = await tree({ 'a.png': '60', 'b.png': '30' })
  expect(await check(cwd)).toMatchObject({ exitCode: 0, stderr: '', statuses: { 'a.png': 'pass', 'b.png': 'warn' } })
})

test('paths are relative to the configuration, from wherever it is asked', async () => {
  const cwd = await tree({
    ...config({ rules: [{ files: 'img/**', error: 70 }] }),
    'img/deep/a.png': '60',
    'b.png': '60',
  })
  expect((await check(join(cwd, 'img'), ['deep'])).statuses).toEqual({ 'img/deep/a.png': 'error' })
  expect((await check(join(cwd, 'img'))).statuses).toEqual({ 'img/deep/a.png': 'error', 'b.png': 'pass' })
})

test('an image goes by its name below the configuration, also by a link to that', async () => {
  const rules = [{ files: 'img/**', error: 70, maxDrop: 10 }]
  const cwd = await tree({
    'site/diqa.config.json': JSON.stringify({ rules, exclude: 'img/no/**' }),
    'site/img/a.png': '60',
    'site/img/no/b.png': '1',
    'site/src/a.png': '90',
    'c.png': '65',
  })
  await symlink(join(cwd, 'site'), join(cwd, 'link'))
  const [site, link] = [join(cwd, 'site'), join(cwd, 'link')]
  const byName = { 'img/a.png': 'error' }
  expect((await check(site, [join(link, 'img')])).statuses).toEqual(byName)
  expect((await check(site, [join(link, 'img/*.png'), 'img', '../c.png'])).statuses).toEqual({
    '../c.png': 'pass',
    ...byName,
  })
  expect((await check(site, ['img', '--config', join(link, 'diqa.config.json')])).statuses).toEqual(byName)
  const { report } = await check(site, [join(link, 'img'), '--sources', join(link, 'src')])
  expect(report!.images).toMatchObject([{ path: 'img/a.png', source: { score: 90 } }])
})

test('--warn and --error come after all rules', async () => {
  const cwd = await tree({ ...config({ rules: [{ files: '**', error: 70 }] }), 'a.png': '60' })
  expect((await check(cwd)).exitCode).toBe(1)
  expect((await check(cwd, ['--error', '50'])).statuses).toEqual({ 'a.png': 'pass' })
  expect((await check(cwd, ['--error', '0', '--warn', '65'])).statuses).toEqual({ 'a.png': 'warn' })
})

test('what was named and is left out is said', async () => {
  const cwd = await tree({ ...config({ exclude: 'old/**' }), 'a.png': '60', 'old/b.png': '60', 'c.txt': '60' })
  const run = await check(cwd, ['a.png', 'old/b.png', 'c.txt'])
  expect(run).toMatchObject({ exitCode: 0, statuses: { 'a.png': 'pass' } })
  expect(run.stderr).toBe('diqa: 2 files left out by "include" and "exclude".\n')
})

test('no image is exit 2, unless that is allowed', async () => {
  const cwd = await tree({ 'docs/a.md': '' })
  const sentence =
    'diqa: Expected images that match "**/*.{jpg,jpeg,png,webp,avif,gif,tif,tiff}" but found none: correct "include" in the options of diqa, or set "onNoImages" to "off".\n'
  expect(await check(cwd)).toMatchObject({ exitCode: 2, stdout: '', stderr: sentence })
  expect(await check(cwd, ['docs'])).toMatchObject({
    exitCode: 2,
    stderr: 'diqa: Expected images in the folder "docs" but found none that "include" and "exclude" admit.\n',
  })
  expect(await check(cwd, ['--pass-with-no-images'])).toMatchObject({ exitCode: 0, stderr: '', statuses: {} })
  expect((await check(await tree(config({ onNoImages: 'warn' })))).exitCode).toBe(0)
})

test('a path that is not there is exit 2 after the others were checked', async () => {
  const cwd = await tree({ 'a.png': '60' })
  expect(await check(cwd, ['a.png', 'b.png'])).toMatchObject({
    exitCode: 2,
    statuses: { 'a.png': 'pass' },
    stderr: 'diqa: Expected a file, a folder or a glob but received "b.png", which does not exist.\n',
  })
})

test('a failure of the engine is exit 2, not the gate', async () => {
  const cwd = await tree({ 'a.png': 'dead', 'b.png': '10' })
  const run = await check(cwd)
  expect(run.exitCode).toBe(2)
  expect(run.stderr).toContain('diqa: a.png: The worker died\n')
})

test('several reports at once, one of them to stdout, and those of the configuration', async () => {
  const cwd = await tree({ ...config({ reports: [{ format: 'json', file: 'out/c.json' }] }), 'a.png': '60' })
  const args = [
    'check',
    '--format',
    'stylish',
    '-o',
    'a.txt',
    '--format',
    'json',
    '--output',
    'b.json',
    '--format',
    'json',
  ]
  const run = await diqa(args, { cwd, ...fakeScorers() })
  expect(JSON.parse(run.stdout).summary.images).toBe(1)
  for (const file of ['b.json', 'out/c.json']) expect(await readFile(join(cwd, file), 'utf8')).toBe(run.stdout)
  expect(await readFile(join(cwd, 'a.txt'), 'utf8')).toContain('1 image in')
  const flipped = await diqa(['check', '-o', 'd.json', '--format', 'json'], { cwd, ...fakeScorers() })
  expect(flipped.stdout).toBe('')
  expect(flipped.stderr).toMatch(/^diqa: 1 image in .*: 1 passed, 1 from the cache\.\n$/)
  expect(JSON.parse(await readFile(join(cwd, 'd.json'), 'utf8')).summary.images).toBe(1)
})

test('--files-from reads lines or NULs, from stdin or a file, and never globs', async () => {
  const cwd = await tree({
    'a [1].png': '60',
    'b.png': '60',
    'new\nline.png': '60',
    'list.txt': 'b.png\r\na [1].png\r\n',
  })
  const from = (text: string) => (process: FakeProcess) => {
    process.stdin = Readable.from([Buffer.from(text)])
  }
  expect((await check(cwd, ['--files-from', '-'], from('b.png\na [1].png\n'))).statuses).toEqual({
    'a [1].png': 'pass',
    'b.png': 'pass',
  })
  expect((await check(cwd, ['--files-from', '-'], from('b.png\0new\nline.png\0'))).statuses).toEqual({
    'b.png': 'pass',
    'new\nline.png': 'pass',
  })
  expect(Object.keys((await check(cwd, ['--files-from', 'list.txt'])).statuses!)).toHaveLength(2)
  expect(await check(cwd, ['--files-from', '-'], from('b.png\n*.png\n'))).toMatchObject({
    exitCode: 2,
    stderr: 'diqa: Expected a file but the list has "*.png", which is none.\n',
  })
  expect(await check(cwd, ['--files-from', '-'], from(''))).toMatchObject({
    exitCode: 2,
    stderr: 'diqa: Expected files in the list of --files-from but it is empty.\n',
  })
  expect((await check(cwd, ['--files-from', '-', '--pass-with-no-images'], from(''))).exitCode).toBe(0)
  expect((await check(cwd, ['b.png', '--files-from', '-'], from(''))).exitCode).toBe(0)
  expect(await check(cwd, ['--files-from', 'none.txt'])).toMatchObject({
    exitCode: 2,
    stderr: 'diqa: Expected a list of files at "none.txt" for --files-from but it cannot be read (ENOENT).\n',
  })
})

test('--files-from reads what PowerShell writes', async () => {
  const cwd = await tree({
    'é.png': '60',
    'utf8.txt': '\ufeffé.png\r\n',
    'utf16.txt': Buffer.from('\ufeffé.png\r\n', 'utf16le'),
  })
  for (const list of ['utf8.txt', 'utf16.txt']) {
    expect(await check(cwd, ['--files-from', list])).toMatchObject({ statuses: { 'é.png': 'pass' }, stderr: '' })
  }
})

test.each([
  [['--format', 'json'], 'Expected --output after --format json: only one report can go to stdout.'],
  [['--error', 'x'], 'Expected a number from 0 to 100 for --error but received "x".'],
  [['--warn', '101'], 'Expected a number from 0 to 100 for --warn but received "101".'],
  [['--config', 'none.json'], 'Expected a configuration at "none.json" but there is none.'],
  [['--baseline', 'none.json'], 'Expected a baseline at "none.json" but there is none: "diqa baseline" makes one.'],
  [['--shard', '0/2'], 'Expected i/n with 1 <= i <= n, or auto, for --shard but received "0/2".'],
  [['--shard', '3/2'], 'Expected i/n with 1 <= i <= n, or auto, for --shard but received "3/2".'],
  [['-o', 'x', '--format', 'json', '-o', 'x'], 'Expected a file for each report but received "x" for two.'],
  [['-o', 'a.png'], 'Expected a file for a report but received "a.png", which has the name of an image.'],
  [
    ['--update-baseline'],
    'Expected "baseline" in the configuration, or --baseline, for the file to write but found neither.',
  ],
  [
    ['--update-baseline', '--baseline', 'b.json', '--shard', '1/2'],
    'Expected --update-baseline without --shard: each part would write the baseline of the whole.',
  ],
])('%j', async (args, sentence) => {
  const cwd = await tree({ 'a.png': '60' })
  expect(await check(cwd, args)).toMatchObject({ stdout: '', stderr: `diqa: ${sentence}\n`, exitCode: 2 })
})

test('a configuration that is wrong is exit 2', async () => {
  const cwd = await tree({ ...config({ rulse: [] }), 'a.png': '60' })
  expect(await check(cwd)).toMatchObject({
    exitCode: 2,
    stderr:
      `diqa: Expected an option of diqa but received "rulse"; did you mean "rules"? (${cwd}/diqa.config.json)?\n`.replace(
        '"rules"? (',
        '"rules" (',
      ),
  })
})

test('an undecodable image that passes is no error in a report either', async () => {
  const cwd = await tree({ 'a.png': 'broken', 'b.png': '60', ...config({ onUndecodable: 'warn' }) })
  const actions = ({ env }: FakeProcess) => {
    env.GITHUB_ACTIONS = 'true'
  }
  const run = await check(cwd, ['--format', 'junit', '-o', 'diqa.xml'], actions)
  expect(run).toMatchObject({ exitCode: 0, stderr: expect.stringContaining('::warning file=a.png') })
  expect(await readFile(join(cwd, 'diqa.xml'), 'utf8')).toContain('errors="0"')
})

test('in GitHub Actions images are annotated, on stderr, unless the user sees to it', async () => {
  const cwd = await tree({ 'a.png': '10' })
  const stderrOf = async (args: string[], GITHUB_ACTIONS: string) => {
    const setup = (process: FakeProcess) => {
      process.env = { GITHUB_ACTIONS }
    }
    return (await diqa(['check', ...args], { cwd, setup, ...fakeScorers() })).stderr
  }
  expect(await stderrOf([], 'true')).toMatch(
    /^::error file=a\.png,title=Image quality below the limit::a\.png: Score 10/,
  )
  expect(await stderrOf([], '')).not.toContain('::error')
  expect(await stderrOf(['--silent'], 'true')).toBe('')
  expect(await stderrOf(['--format', 'github'], 'true')).not.toContain('::error')
})
