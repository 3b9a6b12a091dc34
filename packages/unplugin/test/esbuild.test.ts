import { readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import type { Report } from '@diqa/gate'
import { type BuildFailure, type BuildOptions, type BuildResult, build, context } from 'esbuild'
import { expect, onTestFinished, test, vi } from 'vitest'
import diqa, { type DiqaOptions } from '../src/esbuild.js'
import { esbuildProject, fixture, type Project } from './support/esbuild-project.js'

const GOOD = 'photo/chelsea-jpeg-q85.jpg'
const OTHER = 'photo/coffee-jpeg-q75.jpg'
const SMALL = 'tiny/64x64.png'
// Whatever the network says, it is not 100.
const WARN: DiqaOptions = { rules: [{ files: '**/*', warn: 100, error: 0 }] }
const ERROR: DiqaOptions = { rules: [{ files: '**/*', error: 100 }] }
const reports: DiqaOptions['reports'] = [{ format: 'json', file: 'report.json' }]

const setup = ({ root }: Project, rest: BuildOptions = {}): BuildOptions => ({
  absWorkingDir: root,
  entryPoints: ['src/main.js'],
  bundle: true,
  outdir: 'dist',
  format: 'esm',
  logLevel: 'silent',
  loader: { '.jpg': 'file', '.png': 'dataurl', '.webp': 'copy', '.gif': 'base64' },
  ...rest,
})

const failure = async (building: Promise<unknown>): Promise<BuildFailure> =>
  building.then(
    () => expect.fail('Expected the build to fail.'),
    (error) => error,
  )

const rows = ({ images }: Report) =>
  images.map(({ path, output }) => [path, output].map((name) => name?.replace(/-[A-Z\d]{8}\./, '-HASH.')))

const SITE = {
  'src/main.js': "import cat from './cat.jpg'\nimport './main.css'\nconsole.log(cat)",
  'src/main.css':
    '.a { background: url(./img/coffee.jpg?v=1), url(./img/coffee.jpg#x) } .b { background: url(./copied.webp) }',
  'src/cat.jpg': GOOD,
  'src/img/coffee.jpg': OTHER,
  'src/copied.webp': 'photo/coffee-webp-q80.webp',
}

test('images of scripts and style sheets are named by source and output; another build has all from the cache', async () => {
  const site = await esbuildProject(SITE, { cold: true })
  const first = await build(setup(site, { plugins: [diqa({ reports })] }))
  expect(first.metafile).toBeDefined()
  const report = await site.report()
  expect(rows(report)).toEqual([
    ['src/cat.jpg', 'cat-HASH.jpg'],
    ['src/copied.webp', 'copied-HASH.webp'],
    ['src/img/coffee.jpg', 'coffee-HASH.jpg'],
  ])
  expect(report.summary).toMatchObject({ images: 3, scored: 3, cached: 0 })
  expect(report.summary.inlined).toBeUndefined()

  await build(setup(site, { plugins: [diqa({ reports })] }))
  expect(await site.report()).toMatchObject({ engine: { name: 'none' }, summary: { images: 3, cached: 3 } })
})

test('with `write: false` the bytes in memory are scored', async () => {
  const site = await esbuildProject(SITE)
  const { outputFiles } = await build(setup(site, { plugins: [diqa({ reports })], write: false, outdir: 'nowhere' }))
  const cat = outputFiles!.find(({ path }) => /cat-.+\.jpg$/.test(path))
  expect((await site.report()).images[0]).toMatchObject({
    path: 'src/cat.jpg',
    bytes: cat!.contents.length,
    score: expect.any(Number),
  })
})

test('an image as an entry point; without an output folder', async () => {
  const site = await esbuildProject({ 'src/pic.webp': 'photo/coffee-webp-q80.webp' })
  await build(setup(site, { entryPoints: ['src/pic.webp'], plugins: [diqa({ reports })] }))
  expect(rows(await site.report())).toEqual([['src/pic.webp', 'pic.webp']])
})

test('what a plugin made up goes by its output, and what a plugin changed is scored as it came out', async () => {
  const site = await esbuildProject({
    'src/main.js': "import a from 'made:up.jpg'\nimport b from './cat.jpg'\nconsole.log(a, b)",
    'src/cat.jpg': GOOD,
  })
  const worse = await readFile(fixture('photo/chelsea-jpeg-q10.jpg'))
  const optimiser = {
    name: 'optimiser',
    setup(of: Parameters<ReturnType<typeof diqa>['setup']>[0]) {
      of.onResolve({ filter: /^made:/ }, () => ({ path: 'up.jpg', namespace: 'made' }))
      of.onLoad({ filter: /\.jpg$/ }, () => ({ contents: worse, loader: 'file' as const }))
      of.onLoad({ filter: /\.jpg$/, namespace: 'made' }, () => ({ contents: worse, loader: 'file' as const }))
    },
  }
  const rules = [
    { files: '**/*', warn: 0, error: 0 },
    { files: '**/cat.jpg', maxDrop: { warn: 1 } },
  ]
  await build(setup(site, { plugins: [optimiser, diqa({ reports, rules })] }))
  const report = await site.report()
  expect(rows(report)).toEqual([
    ['src/cat.jpg', 'cat-HASH.jpg'],
    ['up-HASH.jpg', 'up-HASH.jpg'],
  ])
  expect(report.images[0]).toMatchObject({ bytes: worse.length, source: { score: expect.any(Number) } })
})

test('inlined images are counted, scored or passed by', async () => {
  const literal = `data:image/png;base64,${(await readFile(fixture('icon/icon-24.png'))).toString('base64')}`
  const site = await esbuildProject({
    'src/main.js':
      "import a from './a.png'\nimport unused from './unused.png'\nimport b from './b.gif'\nimport './main.css'\nconsole.log(a, b)",
    'src/main.css': `.a { background: url(./c.png) } .b { background: url(${literal}) }`,
    'src/a.png': SMALL,
    'src/unused.png': 'icon/icon-32.png',
    'src/b.gif': 'variant/still.gif',
    'src/c.png': 'icon/icon-180.png',
  })
  const builds = async (options: DiqaOptions) => {
    await build(setup(site, { plugins: [diqa({ reports, ...options })] }))
    return site.report()
  }
  expect((await builds({})).summary).toMatchObject({ images: 0, inlined: 4 })
  const scored = await builds({ inlined: 'score' })
  expect(scored.images.map(({ path }) => path.replace(/#[\da-f]+/, '#DIGEST'))).toEqual([
    'main.css#DIGEST.png',
    'src/a.png',
    'src/b.gif',
    'src/c.png',
  ])
  expect((await builds({ inlined: 'off', onNoImages: 'off' })).summary.inlined).toBeUndefined()
})

test('below `warn`: a warning of esbuild; below `error`: all bad images at once, and reports all the same', async () => {
  const site = await esbuildProject({
    ...SITE,
    'src/img/coffee.jpg': 'broken/truncated.jpg',
    'src/copied.webp': 'broken/truncated.webp',
  })
  const warned = await build(setup(site, { plugins: [diqa({ ...WARN, onUndecodable: 'off' })] }))
  expect(warned.errors).toEqual([])
  expect(warned.warnings).toMatchObject([
    {
      pluginName: 'diqa',
      location: null,
      text: expect.stringMatching(/^src\/cat\.jpg → cat-.+ below the limit of 100 \(rule/),
    },
  ])

  const failed = await failure(build(setup(site, { plugins: [diqa({ ...ERROR, reports })] })))
  expect(failed.errors.map(({ text }) => text.split(' ')[0]).sort()).toEqual([
    'src/cat.jpg',
    'src/copied.webp',
    'src/img/coffee.jpg',
  ])
  expect((await site.report()).summary).toMatchObject({ images: 3, errors: 1, undecodable: 2 })
})

test('a report that cannot be written is one more error, and takes none of the messages with it', async () => {
  const site = await esbuildProject(SITE)
  const unwritable: DiqaOptions['reports'] = [{ format: 'json', file: 'src/cat.jpg/report.json' }]
  const failed = await failure(build(setup(site, { plugins: [diqa({ ...ERROR, reports: unwritable })] })))
  expect(failed.errors).toHaveLength(4)
  expect(failed.errors.at(-1)!.text).toMatch(/^The report "src\/cat\.jpg\/report\.json" is missing: /)
})

test('no image, and a Git LFS pointer: a sentence that says what to do, as severe as configured', async () => {
  const none = await esbuildProject({ 'src/main.js': 'console.log(1)' })
  const message = 'but found none: correct "include" in the options of diqa'
  const failed = await failure(build(setup(none, { plugins: [diqa()] })))
  expect(failed.errors).toMatchObject([{ text: expect.stringContaining(message) }])
  const warned = await build(setup(none, { plugins: [diqa({ onNoImages: 'warn' })] }))
  expect(warned.warnings).toMatchObject([{ text: expect.stringContaining(message) }])
  expect((await build(setup(none, { plugins: [diqa({ onNoImages: 'off' })] }))).warnings).toEqual([])

  const lfs = await esbuildProject({ ...SITE, 'src/cat.jpg': 'broken/lfs-pointer.jpg' })
  expect((await failure(build(setup(lfs, { plugins: [diqa()] })))).errors).toMatchObject([
    {
      text: expect.stringMatching(
        /^src\/cat\.jpg → .+ Expected an image but found a Git LFS pointer: run "git lfs pull"\.$/,
      ),
    },
  ])
})

test('another error stays visible, and ours does not mask it', async () => {
  const site = await esbuildProject({ ...SITE, 'src/main.js': "import './cat.jpg'\nimport './missing.js'" })
  const failed = await failure(build(setup(site, { plugins: [diqa(ERROR)] })))
  expect(failed.errors).toMatchObject([{ text: 'Could not resolve "./missing.js"' }])

  const other = await esbuildProject(SITE)
  const late = {
    name: 'late',
    setup: (of: { onEnd(f: () => object): void }) => of.onEnd(() => ({ errors: [{ text: 'mine is worse' }] })),
  }
  const both = await failure(build(setup(other, { plugins: [diqa(ERROR), late] })))
  expect(both.errors.map(({ text }) => text)).toContain('mine is worse')
  expect(both.errors.length).toBeGreaterThan(1)
})

test('options: a wrong one is an error without a stack, disabled is silence, and the configuration file counts', async () => {
  const site = await esbuildProject(SITE)
  const wrong = await failure(build(setup(site, { plugins: [diqa({ rule: [] } as never)] })))
  expect(wrong.errors).toMatchObject([
    { text: 'Expected an option of diqa but received "rule"; did you mean "rules"?', location: null, notes: [] },
  ])
  const disabled = await build(setup(site, { plugins: [diqa({ ...ERROR, enabled: false })] }))
  expect(disabled).toMatchObject({ errors: [], warnings: [] })
  await writeFile(site.at('diqa.config.json'), JSON.stringify(ERROR))
  await failure(build(setup(site, { plugins: [diqa()] })))
  await writeFile(site.at('diqa.config.json'), '{ "enabled": false }')
  expect((await build(setup(site, { plugins: [diqa()] }))).warnings).toEqual([])
})

test('one plugin object in a client and a server build: scored once, one report, no complaint about a build without images', async () => {
  const site = await esbuildProject({ ...SITE, 'src/server.js': "console.log('server')" })
  const plugin = diqa({ reports, cache: false, concurrency: 1 })
  await build(setup(site, { plugins: [plugin] }))
  await build(setup(site, { entryPoints: ['src/server.js'], outdir: 'dist/server', plugins: [plugin] }))
  expect((await site.report()).summary).toMatchObject({ images: 3, cached: 3 })
  await Promise.all([
    build(setup(site, { entryPoints: ['src/server.js'], outdir: 'dist/server', plugins: [plugin] })),
    build(setup(site, { outdir: 'dist/client', plugins: [plugin] })),
  ])
})

test('a context: the first build is judged in full, later ones only warn and score only what changed', async () => {
  const site = await esbuildProject(SITE)
  const ctx = await context(setup(site, { plugins: [diqa({ ...ERROR, reports, cache: false, concurrency: 1 })] }))
  expect((await failure(ctx.rebuild())).errors).toHaveLength(3)
  await site.replace('src/cat.jpg', 'photo/chelsea-jpeg-q10.jpg')
  const again = await ctx.rebuild()
  expect(again.errors).toEqual([])
  expect(again.warnings).toHaveLength(3)
  const { images } = await site.report()
  expect(images.map(({ path, cached }) => [path, cached])).toEqual([
    ['src/cat.jpg', false],
    ['src/copied.webp', true],
    ['src/img/coffee.jpg', true],
  ])
  await ctx.dispose()
})

test('watching: a changed image is a warning', async () => {
  const site = await esbuildProject(SITE)
  const ends: BuildResult[] = []
  const seen = {
    name: 'seen',
    setup: (of: { onEnd(f: (result: BuildResult) => void): void }) => of.onEnd((result) => void ends.push(result)),
  }
  const ctx = await context(
    setup(site, { plugins: [diqa({ rules: [{ files: '**/cat.jpg', error: 100 }] }, { dev: true }), seen] }),
  )
  onTestFinished(() => ctx.dispose())
  await ctx.watch()
  await vi.waitUntil(() => ends.length === 1, { timeout: 20_000 })
  await site.replace('src/cat.jpg', 'broken/truncated.jpg')
  await vi.waitUntil(() => ends.length === 2, { timeout: 20_000 })
  expect(ends.map(({ errors }) => errors)).toEqual([[], []])
  expect(ends[0]!.warnings.map(({ text }) => text)).toEqual([expect.stringContaining('below the limit of 100')])
  expect(ends[1]!.warnings.map(({ text }) => text)).toEqual([expect.stringContaining('src/cat.jpg → ')])
})

test('serving: with `dev` the first page is served, whatever the images', async () => {
  const site = await esbuildProject(SITE)
  const ctx = await context(setup(site, { plugins: [diqa(ERROR, { dev: true })] }))
  const { port } = await ctx.serve({ port: 0, host: '127.0.0.1' })
  const page = await fetch(`http://127.0.0.1:${port}/main.js`)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('console.log')
  await ctx.dispose()
})

test('what esbuild prints: errors without a stack; nothing with logLevel silent; counts with logLevel info', async () => {
  const script = (logLevel: string, options: DiqaOptions) => `import { build } from 'esbuild'
import diqa from 'unplugin-diqa/esbuild'
await build({ entryPoints: ['src/main.js'], bundle: true, outdir: 'dist', loader: { '.jpg': 'file', '.webp': 'file' },
  logLevel: '${logLevel}', plugins: [diqa(${JSON.stringify(options)})] }).catch(() => process.exit(1))`
  const inContext = `import { context } from 'esbuild'
import diqa from 'unplugin-diqa/esbuild'
const ctx = await context({ entryPoints: ['src/main.js'], bundle: true, outdir: 'dist', loader: { '.jpg': 'file', '.webp': 'file' },
  plugins: [diqa(${JSON.stringify(WARN)})] })
await ctx.rebuild()
await ctx.dispose()`
  const site = await esbuildProject({
    ...SITE,
    'context.js': inContext,
    'error.js': script('warning', ERROR),
    'silent.js': script('silent', ERROR),
    'info.js': script('info', WARN),
  })
  const error = await site.node('error.js')
  expect(error.code).toBe(1)
  expect(error.stderr.match(/✘ \[ERROR\] src\/\S+ → .+ \[plugin diqa\]/g)).toHaveLength(3)
  expect(error.stderr).not.toContain('    at ')
  expect(await site.node('silent.js')).toEqual({ code: 1, stdout: '', stderr: '' })
  expect((await site.node('context.js')).stderr.match(/▲ \[WARNING\] src\/\S+ → .+ \[plugin diqa\]/g)).toHaveLength(3)
  const info = await site.node('info.js')
  expect(info.code).toBe(0)
  expect(info.stderr.match(/▲ \[WARNING\] src\/\S+ → .+ \[plugin diqa\]/g)).toHaveLength(3)
  expect(info.stderr).toMatch(/3 images in .+3 warnings, 3 from the cache/)
})

test('require() gives the function itself', () => {
  expect(createRequire(import.meta.url)('../dist/esbuild.js')).toBeTypeOf('function')
})
