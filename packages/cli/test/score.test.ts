import { chmod, readdir, readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Report } from '@diqa/gate'
import { expect, test } from 'vitest'
import { diqa } from './support/fake-process.js'
import { fakeScorers, scoreInput } from './support/fake-scorer.js'
import { tree } from './support/tree.js'

const parse = (text: string) => JSON.parse(text) as Report

test('the table goes to stdout and nothing else anywhere', async () => {
  const cwd = await tree({ 'img/a.png': '73.4', 'img/b.png': '12', 'icon.png': 'skip' })
  const { createScorer, made } = fakeScorers()
  const { stdout, stderr, exitCode } = await diqa(['score', '.'], { cwd, createScorer })
  expect(stdout.replace(/in \d+ ms/, 'in 0 ms')).toMatchInlineSnapshot(`
    ".
           -  skipped  icon.png  640×480  4 B  too-small

    img
        73.4  good     a.png     640×480  4 B
     ✖  12.0  bad      b.png     640×480  2 B

    3 images in 0 ms: 2 scored (1 good, 1 bad), 1 skipped
    Scores of diqa-1 on wasm (cpu), 0 to 100, higher is better.
    "
  `)
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  expect(made[0]!.disposed).toBe(true)
})

test('--format json is the report', async () => {
  const cwd = await tree({ 'img/b.png': '12', 'img/a.png': '73.4' })
  const { stdout, exitCode } = await diqa(['score', 'img', '--format', 'json'], { cwd, ...fakeScorers() })
  const report = parse(stdout)
  expect(report.images.map(({ path, score }) => [path, score])).toEqual([
    ['img/a.png', 73.4],
    ['img/b.png', 12],
  ])
  expect(report).toMatchObject({ schemaVersion: 1, tool: { name: 'diqa' }, engine: { refused: [{ name: 'onnx' }] } })
  expect(report).not.toHaveProperty('partial')
  expect(exitCode).toBe(0)
})

test('the flags reach the scorer', async () => {
  const cwd = await tree({ 'a.png': '50' })
  const { createScorer, made } = fakeScorers()
  const flags = '--engine wasm --device cpu --max-pixels 500000 --concurrency 2 --background #fff'.split(' ')
  await diqa(['score', 'a.png', ...flags], { cwd, createScorer })
  expect(made[0]!.options).toEqual({
    engine: 'wasm',
    device: 'cpu',
    maxPixels: 500_000,
    concurrency: 2,
    background: '#fff',
  })
})

test('an undecodable image is shown and counted, and gates nothing', async () => {
  const cwd = await tree({ 'a.png': 'broken', 'b.png': '50' })
  const { stdout, stderr, exitCode } = await diqa(['score', '.'], { cwd, ...fakeScorers() })
  expect(stdout).toContain('undecodable  a.png')
  expect(stdout).toContain('Expected a whole image')
  expect(stderr).toBe('diqa: 1 of 2 images could not be decoded.\n')
  expect(exitCode).toBe(0)
})

test('what is missing is exit 2 after the others were scored', async () => {
  const cwd = await tree({ 'a.png': '50', 'docs/a.md': '' })
  const { stdout, stderr, exitCode } = await diqa(['score', 'a.png', 'b.png', 'docs'], { cwd, ...fakeScorers() })
  expect(stdout).toContain('a.png')
  expect(stderr).toBe(
    'diqa: Expected a file, a folder or a glob but received "b.png", which does not exist.\n' +
      'diqa: Expected images in the folder "docs" but found none (jpg, jpeg, png, webp, avif, gif, tif, tiff).\n',
  )
  expect(exitCode).toBe(2)
})

test('a failure of the engine is exit 2 after the others were scored', async () => {
  const cwd = await tree({ 'a.png': '50', 'b.png': 'dead' })
  const { stdout, stderr, exitCode } = await diqa(['score', '.'], { cwd, ...fakeScorers() })
  expect(stdout).toContain('2 images')
  expect(stderr).toBe('diqa: 1 of 2 images could not be decoded.\ndiqa: b.png: The worker died\n')
  expect(exitCode).toBe(2)
})

test.runIf(process.platform === 'linux')(
  'a file that cannot be read is exit 2, one that holds damage is not',
  async () => {
    const cwd = await tree({ 'a.png': '50', 'b.png': 'damaged' })
    expect((await diqa(['score', '.'], { cwd, ...fakeScorers() })).exitCode).toBe(0)
    // A file that is there and cannot be read, even by root.
    await symlink('/proc/self/mem', join(cwd, 'c.png'))
    const { stderr, exitCode } = await diqa(['score', '.'], { cwd, ...fakeScorers() })
    expect(stderr).toBe(
      'diqa: 2 of 3 images could not be decoded.\ndiqa: c.png: Expected a file that can be read but that failed (EIO).\n',
    )
    expect(exitCode).toBe(2)
  },
)

test('no image at all is exit 2, without loading the network', async () => {
  const cwd = await tree({ 'a.md': '' })
  const { createScorer, made } = fakeScorers()
  const { stdout, stderr, exitCode } = await diqa(['score', '*.png', '.'], { cwd, createScorer })
  expect(stdout).toBe('')
  expect(stderr).toBe(
    'diqa: Expected images for the glob "*.png" but it matches none.\n' +
      'diqa: Expected images in the folder "." but found none (jpg, jpeg, png, webp, avif, gif, tif, tiff).\n',
  )
  expect(exitCode).toBe(2)
  expect(made).toEqual([])
})

test('--pass-with-no-images allows that, and still reports', async () => {
  const cwd = await tree({ 'a.md': '' })
  const args = ['score', '*.png', '--pass-with-no-images', '--format', 'json']
  const { stdout, stderr, exitCode } = await diqa(args, { cwd, ...fakeScorers() })
  expect(parse(stdout).summary.images).toBe(0)
  expect(stderr).toBe('diqa: Expected images for the glob "*.png" but it matches none.\n')
  expect(exitCode).toBe(0)
  expect(await diqa([...args, '--silent'], { cwd, ...fakeScorers() })).toMatchObject({ stderr: '', exitCode: 0 })
  expect(await diqa([...args, 'missing.png'], { cwd, ...fakeScorers() })).toMatchObject({ stdout: '', exitCode: 2 })
})

test('--quiet lists only problems', async () => {
  const cwd = await tree({ 'a.png': '73', 'b.png': '12', 'c.png': 'skip', 'd.png': 'broken' })
  const { stdout } = await diqa(['score', '.', '--quiet'], { cwd, ...fakeScorers() })
  expect(stdout).toMatch(/b\.png.*d\.png.*4 images/s)
  expect(stdout).not.toMatch(/[ac]\.png/)
})

test('--silent prints errors only', async () => {
  const cwd = await tree({ 'a.png': '73', 'd.png': 'broken' })
  expect(await diqa(['score', '.', '--silent'], { cwd, ...fakeScorers() })).toMatchObject({
    stdout: '',
    stderr: '',
    exitCode: 0,
  })
  expect(await diqa(['score', '.', 'x.png', '--silent'], { cwd, ...fakeScorers() })).toMatchObject({
    stdout: '',
    stderr: 'diqa: Expected a file, a folder or a glob but received "x.png", which does not exist.\n',
    exitCode: 2,
  })
})

test('--output makes folders, replaces the file and leaves nothing else', async () => {
  const cwd = await tree({ 'a.png': '73', 'out/deep/r.json': 'old' })
  for (const file of ['out/deep/r.json', 'new/r.json']) {
    const run = await diqa(['score', 'a.png', '--format', 'json', '-o', file], { cwd, ...fakeScorers() })
    expect(run).toMatchObject({ stdout: '', stderr: '', exitCode: 0 })
    expect(parse(await readFile(join(cwd, file), 'utf8')).summary.images).toBe(1)
  }
  expect(await readdir(join(cwd, 'out/deep'))).toEqual(['r.json'])
})

test.skipIf(process.platform === 'win32')('what cannot be written is known before anything is scored', async () => {
  const cwd = await tree({ 'a.png': '73' })
  await chmod(cwd, 0o555)
  // Nothing is forbidden to root.
  const isRoot = process.geteuid!() === 0
  if (isRoot) process.seteuid!(65_534)
  const { createScorer, made } = fakeScorers()
  const run = await diqa(['score', 'a.png', '-o', 'r.txt'], { cwd, createScorer }).finally(() => {
    if (isRoot) process.seteuid!(0)
  })
  await chmod(cwd, 0o755)
  expect(run).toMatchObject({
    stdout: '',
    stderr: 'diqa: Expected to write "r.txt" but that failed (EACCES).\n',
    exitCode: 2,
  })
  expect(made).toEqual([])
})

test('colours on a terminal; NO_COLOR and FORCE_COLOR decide', async () => {
  const cwd = await tree({ 'a.png': '73' })
  const colored = async (env: Record<string, string>, isTTY: boolean) => {
    const setup = (process: { env: object; stdout: { isTTY: boolean } }) => {
      process.env = env
      process.stdout.isTTY = isTTY
    }
    return (await diqa(['score', 'a.png'], { cwd, setup, ...fakeScorers() })).stdout.includes('\u001b[')
  }
  expect(await colored({}, true)).toBe(true)
  expect(await colored({}, false)).toBe(false)
  expect(await colored({ NO_COLOR: '1' }, true)).toBe(false)
  expect(await colored({ NO_COLOR: '1', FORCE_COLOR: '1' }, true)).toBe(false)
  expect(await colored({ FORCE_COLOR: '1' }, false)).toBe(true)
  expect(await colored({ FORCE_COLOR: '0' }, true)).toBe(false)
  expect(await colored({ TERM: 'dumb' }, true)).toBe(false)
})

test('a reader that leaves early is no error', async () => {
  const cwd = await tree({ 'a.png': '73' })
  const epipe = Object.assign(new Error('write EPIPE'), { code: 'EPIPE' })
  const run = await diqa(['score', 'a.png'], {
    cwd,
    ...fakeScorers(),
    setup: ({ stdout }) => {
      stdout._write = (_chunk, _encoding, done) => done(epipe)
    },
  })
  expect(run).toMatchObject({ stdout: '', stderr: '', exitCode: 0 })
})

test('a full disk is an error, and takes no other report with it', async () => {
  const cwd = await tree({ 'a.png': '73' })
  const full = Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' })
  const { createScorer, made } = fakeScorers()
  const run = await diqa(['score', 'a.png', '--format', 'json', '--format', 'csv', '-o', 'a.csv'], {
    cwd,
    createScorer,
    setup: ({ stdout }) => {
      stdout._write = (_chunk, _encoding, done) => done(full)
    },
  })
  expect(run.stderr).toBe('diqa: Expected to write the report to stdout but that failed (ENOSPC).\n')
  expect(run.exitCode).toBe(2)
  expect(await readFile(join(cwd, 'a.csv'), 'utf8')).toContain('a.png')
  expect(made[0]!.disposed).toBe(true)
})

test('an interrupted run tells what it knows, marked partial, and exits 130', async () => {
  const cwd = await tree({ 'a.png': '73', 'b.png': '74', 'c.png': '75' })
  let interrupt = () => {}
  const run = await diqa(['score', '.', '--format', 'json'], {
    cwd,
    ...fakeScorers({
      async score(bytes) {
        if (String(bytes) !== '73') return new Promise(() => {})
        // When all has been done with this one's score that is done without waiting for others.
        setImmediate(interrupt)
        return scoreInput(bytes)
      },
    }),
    setup: (process) => {
      interrupt = () => process.interrupt()
    },
  })
  expect(parse(run.stdout)).toMatchObject({ partial: true, images: [{ path: 'a.png' }] })
  expect(run.stderr).toBe('diqa: Stopped after 1 of 3 images.\n')
  expect(run).toMatchObject({ exitCode: 130, exited: 130, listeners: 0 })
})

test('a scorer that fails loses nothing that was scored before', async () => {
  const cwd = await tree({ 'a.png': '73', 'b.png': 'throw', 'c.png': '75' })
  let left = 2
  let othersAreDone = () => {}
  const done = new Promise<void>((resolve) => {
    othersAreDone = resolve
  })
  const { createScorer, made } = fakeScorers({
    async score(bytes) {
      if (String(bytes) === 'throw') await done
      // In its own turn of the event loop: what follows from a score has then been done.
      else if (--left === 0) setImmediate(othersAreDone)
      return scoreInput(bytes)
    },
  })
  const run = await diqa(['score', '.', '--format', 'json'], { cwd, createScorer })
  const { partial, images } = parse(run.stdout)
  expect(partial).toBe(true)
  expect(images.map(({ path }) => path)).toEqual(['a.png', 'c.png'])
  expect(run.stderr).toBe(
    'diqa: Stopped after 2 of 3 images.\ndiqa: boom (a fault of diqa; set DEBUG=diqa for the stack)\n',
  )
  expect(run).toMatchObject({ exitCode: 2, listeners: 0 })
  expect(made[0]!.disposed).toBe(true)
})

test('a scorer that fails at once leaves a report without images, not the one of another run', async () => {
  const cwd = await tree({ 'a.png': 'throw', 'r.json': 'of yesterday' })
  const run = await diqa(['score', 'a.png', '--format', 'json', '-o', 'r.json'], { cwd, ...fakeScorers() })
  expect(run).toMatchObject({
    exitCode: 2,
    stdout: '',
    stderr: 'diqa: Stopped after 0 of 1 image.\ndiqa: boom (a fault of diqa; set DEBUG=diqa for the stack)\n',
  })
  expect(parse(await readFile(join(cwd, 'r.json'), 'utf8'))).toMatchObject({ partial: true, images: [] })
})

test('scores are kept between runs, unless --no-cache says otherwise', async () => {
  const cwd = await tree({ 'a.png': '73' })
  const run = async (...flags: string[]) => {
    const { createScorer, made } = fakeScorers()
    const { stdout } = await diqa(['score', '.', '--format', 'json', ...flags], { cwd, createScorer })
    return [parse(stdout).summary.cached, made.length]
  }
  expect(await run('--no-cache')).toEqual([0, 1])
  expect(await run()).toEqual([0, 1])
  expect(await run()).toEqual([1, 0])
  expect(await run('--no-cache')).toEqual([0, 1])
  expect(await run('--cache-location', 'kept')).toEqual([0, 1])
  expect(await run('--cache-location', 'kept')).toEqual([1, 0])
})

test('the configuration says how to score, and its rules do not count', async () => {
  const config = { rules: [{ files: '**', error: 90 }], include: '*.gif', maxPixels: 20000, baseline: 'none.json' }
  const cwd = await tree({ 'a.png': '12', 'diqa.config.json': JSON.stringify(config) })
  const { createScorer, made } = fakeScorers()
  const run = await diqa(['score', '.', '--format', 'json'], { cwd, createScorer })
  expect(run).toMatchObject({ exitCode: 0, stderr: '' })
  expect(parse(run.stdout).images).toMatchObject([{ status: 'pass', score: 12 }])
  expect(parse(run.stdout).images[0]).not.toHaveProperty('rule')
  expect(made[0]!.options).toEqual({ maxPixels: 20000 })
})

test.each([
  [[], 'Expected files, folders or globs for "diqa score" but received none.'],
  [
    ['a.png', '--format', 'jsno'],
    expect.stringMatching(
      /^diqa: Expected one of stylish, json.* for a report's format but received "jsno"; did you mean "json"\?\n$/,
    ),
  ],
  [['a.png', '--format', 'toString'], expect.stringMatching(/received "toString"/)],
  [['a.png', '--max-pixels', '-5'], 'Expected a whole number above 0 for --max-pixels but received "-5".'],
  [['a.png', '--max-pixels', '1.5'], 'Expected a whole number above 0 for --max-pixels but received "1.5".'],
  [['a.png', '--concurrency', 'two'], 'Expected a whole number above 0 for --concurrency but received "two".'],
  [['a.png', '-o', '.'], 'Expected a file to write but received ".", which is a folder.'],
  [['a.png', '-o', 'a.png/r.json'], 'Expected to write "a.png/r.json" but that failed (EEXIST).'],
])('%j', async (args, sentence) => {
  const cwd = await tree({ 'a.png': '73' })
  const { createScorer, made } = fakeScorers()
  expect(await diqa(['score', ...args], { cwd, createScorer })).toMatchObject({
    stdout: '',
    stderr: typeof sentence === 'string' ? `diqa: ${sentence}\n` : sentence,
    exitCode: 2,
  })
  expect(made).toEqual([])
})
