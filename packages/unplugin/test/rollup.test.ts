import { copyFile, mkdir, readFile, stat, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { Worker } from 'node:worker_threads'
import type { DiqaOptions } from '@diqa/gate'
import url from '@rollup/plugin-url'
import * as rolldown from 'rolldown'
import type { OutputAsset, OutputOptions, Plugin, RollupOptions } from 'rollup'
import * as rollup from 'rollup'
import sharp from 'sharp'
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { diqa as forRolldown } from '../src/rolldown.js'
import { diqa as forRollup } from '../src/rollup.js'
import { cycles, type Watcher } from './rollup-family/cycles.js'
import { image, project, reportOf, rows, run, write } from './rollup-family/project.js'
import { below, failAll, lenient, type Said, shared, warnAll } from './rollup-family/shared.js'

const HERO = image('gradient/hero.jpg')
const SHOP = image('screenshot/shop-jpeg-q10.jpg')
const DASHBOARD = image('screenshot/dashboard-jpeg-q10.jpg')

/** Emits the images that are imported; those with `?inline` become data URIs. */
const assets = (): Plugin => ({
  name: 'assets',
  async load(id) {
    const [file = '', query] = id.split('?')
    if (!file.endsWith('.jpg')) return null
    this.addWatchFile(file)
    const source = await readFile(file)
    if (query === 'inline') return `export default "data:image/jpeg;base64,${source.toString('base64')}"`
    const name = file.slice(file.lastIndexOf('/') + 1)
    const reference = this.emitFile({ type: 'asset', name, originalFileName: file, source })
    return `export default import.meta.ROLLUP_FILE_URL_${reference}`
  },
  resolveId: (id, importer) => (id.includes('.jpg') && importer ? join(dirname(importer), id) : null),
})

const logs = (...names: string[]) =>
  `${names.map((name, i) => `import i${i} from './${name}'`).join('\n')}\nconsole.log(${names.map((_, i) => `i${i}`)})`

interface Bundler {
  bundler: typeof rollup
  diqa: typeof forRollup
  at(root: string): object
}

const bundlers: [string, Bundler][] = [
  ['Rollup', { bundler: rollup, diqa: forRollup, at: () => ({}) }],
  [
    'Rolldown',
    {
      bundler: { ...rolldown, rollup: rolldown.rolldown } as unknown as typeof rollup,
      diqa: forRolldown as unknown as typeof forRollup,
      at: (cwd) => ({ cwd }),
    },
  ],
]

interface More extends RollupOptions {
  outputs?: OutputOptions[]
}

function configure({ diqa, at }: Bundler, root: string, options: DiqaOptions, { plugins = [], ...more }: More = {}) {
  // What Rollup calls its root.
  vi.spyOn(process, 'cwd').mockReturnValue(root)
  const said: Said = { infos: [], warnings: [] }
  const onLog: RollupOptions['onLog'] = (level, { plugin, message }) => {
    if (plugin !== 'unplugin-diqa') return
    const text = message.replace('[plugin unplugin-diqa] ', '').trim()
    if (level === 'warn') said.warnings.push(text)
    else said.infos.push(text)
  }
  return {
    said,
    config: { input: join(root, 'main.js'), onLog, plugins: [assets(), plugins, diqa(options)], ...at(root), ...more },
  }
}

async function build(one: Bundler, root: string, options: DiqaOptions, { outputs, ...more }: More = {}): Promise<Said> {
  const { said, config } = configure(one, root, options, more)
  try {
    const bundle = await one.bundler.rollup(config)
    for (const output of outputs ?? [{ dir: join(root, 'dist') }]) await bundle.write(output)
    await bundle.close()
  } catch (error) {
    said.error = (error as Error).message
  }
  return said
}

afterEach(() => vi.restoreAllMocks())

describe.each(bundlers)('%s', (_, bundler) => {
  test('below warn: a warning for each image that is emitted, and one line of counts', async () => {
    const root = await project({ 'main.js': logs('src/a.jpg', 'src/b.jpg'), 'src/a.jpg': SHOP, 'src/b.jpg': DASHBOARD })
    const { error, warnings, infos } = await build(bundler, root, warnAll)
    expect(error).toBeUndefined()
    expect(warnings.toSorted()).toEqual([
      expect.stringMatching(below('src/a.jpg → assets/a-HASH.jpg')),
      expect.stringMatching(below('src/b.jpg → assets/b-HASH.jpg')),
    ])
    expect(infos).toEqual([expect.stringMatching(/^2 images in .+: 0 passed, 2 warnings/)])
  })

  test('below error: all are listed at once, and the report is written', async () => {
    const root = await project({ 'main.js': logs('a.jpg', 'b.jpg'), 'a.jpg': SHOP, 'b.jpg': DASHBOARD })
    const { error, warnings } = await build(bundler, root, failAll)
    const lines = error!.split('\n')
    const first = lines.findIndex((line) => line.endsWith('2 errors in the images of this build:'))
    expect(lines.slice(first + 1, first + 3).toSorted()).toEqual([
      expect.stringMatching(below('a.jpg → assets/a-HASH.jpg')),
      expect.stringMatching(below('b.jpg → assets/b-HASH.jpg')),
    ])
    expect(warnings).toEqual([])
    expect(rows(await reportOf(root))).toEqual(['a.jpg → assets/a.jpg: error', 'b.jpg → assets/b.jpg: error'])
  })

  test('a report that cannot be written is said, and takes none of the messages with it', async () => {
    const root = await project({ 'main.js': logs('a.jpg'), 'a.jpg': SHOP })
    const reports: DiqaOptions['reports'] = [{ format: 'json', file: 'main.js/report.json' }]
    const missing = expect.stringContaining('The report "main.js/report.json" is missing: ')
    const warned = await build(bundler, root, { ...warnAll, reports })
    expect(warned).toMatchObject({ warnings: [expect.stringMatching(/below the limit of 100/)], error: missing })
    const failed = await build(bundler, root, { ...failAll, reports })
    expect(failed).toMatchObject({ warnings: [missing], error: expect.stringMatching(/below the limit of 100/) })
  })

  test('several outputs are one build: scored once, said once', async () => {
    const root = await project({ 'main.js': logs('a.jpg', 'b.jpg?inline'), 'a.jpg': SHOP, 'b.jpg': DASHBOARD })
    const outputs: OutputOptions[] = [
      { dir: join(root, 'dist'), format: 'es', entryFileNames: 'es.js' },
      { dir: join(root, 'dist'), format: 'cjs', entryFileNames: 'cjs.cjs' },
      { dir: join(root, 'other'), format: 'es' },
    ]
    const { warnings, infos } = await build(bundler, root, warnAll, { outputs })
    expect(warnings).toEqual([expect.stringMatching(below('a.jpg → assets/a-HASH.jpg'))])
    expect(infos).toHaveLength(1)
    const report = await reportOf(root)
    expect(rows(report)).toEqual(['a.jpg → assets/a.jpg: warn'])
    expect(report.summary).toMatchObject({ inlined: 1 })
  })

  test('inlined images are scored under the name of their source where that is asked for', async () => {
    const root = await project({ 'main.js': logs('a.jpg?inline'), 'a.jpg': SHOP })
    const { warnings } = await build(bundler, root, { ...warnAll, inlined: 'score' })
    expect(warnings).toEqual([expect.stringMatching(below('a.jpg'))])
  })

  test('what other plugins copy is seen, and not what was there before', async () => {
    const root = await project({ 'main.js': 'console.log(1)', 'static/a.jpg': SHOP, 'dist/old.jpg': DASHBOARD })
    await sleep(50)
    const copier: Plugin = {
      name: 'copier',
      async buildEnd() {
        await mkdir(join(root, 'dist/images'), { recursive: true })
        await copyFile(join(root, 'static/a.jpg'), join(root, 'dist/images/a.jpg'))
      },
    }
    await build(bundler, root, lenient, { plugins: copier })
    expect(rows(await reportOf(root))).toEqual(['images/a.jpg: pass'])
    const { error } = await build(bundler, root, { ...lenient, includePublic: false }, { plugins: copier })
    expect(error).toContain('but found none')
  })

  test('a bundle that is written beside its sources does not take them for copies', async () => {
    const root = await project({ 'main.js': logs('src/a.jpg'), 'src/a.jpg': SHOP, 'src/b.jpg': DASHBOARD })
    await build(bundler, root, lenient, {
      outputs: [{ file: join(root, 'bundle.js'), codeSplitting: false } as OutputOptions],
    })
    expect(rows(await reportOf(root))).toEqual(['src/a.jpg → assets/a.jpg: pass'])
  })

  test.each(['generateBundle', 'writeBundle'] as const)('bytes that are optimised in %s are scored', async (hook) => {
    const root = await project({ 'main.js': logs('a.jpg'), 'a.jpg': HERO })
    const optimise = (bytes: Uint8Array) => sharp(bytes).jpeg({ quality: 20 }).toBuffer()
    const optimiser: Plugin = {
      name: 'optimiser',
      async [hook]({ dir }: OutputOptions, bundle: rollup.OutputBundle) {
        const asset = Object.values(bundle).find(({ fileName }) => fileName.endsWith('.jpg')) as OutputAsset
        const bytes = await optimise(asset.source as Uint8Array)
        if (hook === 'generateBundle') asset.source = bytes
        else await writeFile(join(dir!, asset.fileName), bytes)
      },
    }
    await build(bundler, root, lenient, { plugins: optimiser })
    const [asset] = (await reportOf(root)).images
    expect(asset!.bytes).toBe((await stat(join(root, 'dist', asset!.output!))).size)
    expect(asset!.bytes).toBeLessThan((await stat(join(root, 'a.jpg'))).size)
  })

  test.each(['transform', 'generateBundle', 'writeBundle'])(
    'an error of another plugin in %s stays visible',
    async (hook) => {
      const root = await project({ 'main.js': logs('a.jpg'), 'a.jpg': SHOP })
      const broken: Plugin = {
        name: 'broken',
        [hook]() {
          throw new Error('The other plugin is broken.')
        },
      }
      const { error } = await build(bundler, root, failAll, { plugins: broken })
      expect(error).toContain('The other plugin is broken.')
      expect(error).not.toContain('images')
    },
  )

  test('no image, and images that cannot be decoded, are what the options say', async () => {
    const root = await project({
      'main.js': 'console.log(1)',
      'cut.jpg': image('broken/truncated.jpg'),
      'lfs.jpg': image('broken/lfs-pointer.jpg'),
    })
    const sentence = 'but found none: correct "include" in the options of diqa, or set "onNoImages" to "off".'
    expect((await build(bundler, root, shared)).error).toContain(sentence)
    expect(await build(bundler, root, { ...shared, onNoImages: 'off' })).toEqual({ warnings: [], infos: [] })
    expect(await build(bundler, root, { ...shared, enabled: false })).toEqual({ warnings: [], infos: [] })
    await write(root, { 'main.js': logs('cut.jpg', 'lfs.jpg') })
    const { error } = await build(bundler, root, shared)
    expect(error).toContain('2 errors in the images of this build:')
    expect(error).toMatch(/^cut\.jpg → assets\/cut-[\w-]{8}\.jpg: Expected .+/m)
    expect(error).toMatch(/^lfs\.jpg → assets\/lfs-[\w-]{8}\.jpg: .+git lfs pull/m)
  })

  test('a second build has everything from the cache', async () => {
    const root = await project({ 'main.js': logs('a.jpg'), 'a.jpg': SHOP })
    await build(bundler, root, { ...lenient, cache: true })
    expect((await reportOf(root)).summary).toMatchObject({ images: 1, cached: 0 })
    await build(bundler, root, { ...lenient, cache: true })
    const { summary, engine } = await reportOf(root)
    expect(summary).toMatchObject({ images: 1, cached: 1 })
    expect(engine.name).toBe('none')
  })

  test('an option that is wrong ends the build before it begins', async () => {
    const root = await project({ 'main.js': 'console.log(1)' })
    expect((await build(bundler, root, { onNoImage: 'off' } as object)).error).toContain(
      'Expected an option of diqa but received "onNoImage"; did you mean "onNoImages"?',
    )
  })

  test('when a watcher closes, the threads end', async () => {
    const ended = vi.spyOn(Worker.prototype, 'terminate')
    const root = await project({ 'main.js': logs('a.jpg'), 'a.jpg': HERO })
    const { config } = configure(bundler, root, { ...lenient, cache: false })
    const watcher = bundler.bundler.watch({ ...config, output: { dir: join(root, 'dist') } }) as Watcher
    await cycles(watcher)()
    expect(ended).not.toHaveBeenCalled()
    await watcher.close()
    await expect.poll(() => ended.mock.calls.length).toBeGreaterThan(0)
  })

  test('a watcher only warns, and scores only what changed', async () => {
    const root = await project({ 'main.js': logs('a.jpg', 'b.jpg'), 'a.jpg': SHOP, 'b.jpg': DASHBOARD })
    const { config, said } = configure(bundler, root, { ...failAll, cache: false })
    const watcher = bundler.bundler.watch({ ...config, output: { dir: join(root, 'dist') } }) as Watcher
    onTestFinished(() => watcher.close())
    const next = cycles(watcher)
    await next()
    expect(said.warnings).toHaveLength(2)
    // Watchers compare times, some in whole milliseconds.
    await sleep(50)
    await write(root, { 'a.jpg': image('gradient/hero-jpeg-q10.jpg') })
    await next()
    const report = await reportOf(root)
    expect(rows(report)).toEqual(['a.jpg → assets/a.jpg: error', 'b.jpg → assets/b.jpg: error'])
    expect(report.images.map(({ cached }) => cached)).toEqual([false, true])
  })
})

test('Rollup: what @rollup/plugin-url copies or inlines is seen', async () => {
  const root = await project({
    'main.js': logs('a.png', 'b.png'),
    'a.png': image('illustration/landscape.png'),
    'b.png': image('logo/fernhill.png'),
  })
  const plugins = url({ limit: 10_000, destDir: join(root, 'dist') })
  expect((await build(bundlers[0]![1], root, lenient, { plugins })).error).toBeUndefined()
  const report = await reportOf(root)
  expect(report.images).toMatchObject([{ path: expect.stringMatching(/^[\da-f]+\.png$/), status: 'pass' }])
  expect(report.summary).toMatchObject({ inlined: 1 })
})

test('Rolldown: its own assets and data URIs are seen', async () => {
  const root = await project({
    'main.js': `${logs('src/a.png', 'src/b.webp')}\nconsole.log(new URL('./src/c.webp', import.meta.url))`,
    'src/a.png': image('illustration/landscape.png'),
    'src/b.webp': image('illustration/grapes.webp'),
    'src/c.webp': image('variant/lossless.webp'),
  })
  const more = { moduleTypes: { '.png': 'asset', '.webp': 'dataurl' }, experimental: { resolveNewUrlToAsset: true } }
  expect((await build(bundlers[1]![1], root, { ...lenient, inlined: 'score' }, more as object)).error).toBeUndefined()
  expect(rows(await reportOf(root))).toEqual([
    'src/a.png → assets/a.png: pass',
    'src/b.webp: pass',
    'src/c.webp → assets/c.webp: pass',
  ])
})

describe.each([
  ['rollup', 'dist/bin/rollup'],
  ['rolldown', 'bin/cli.mjs'],
])('the command of %s', (bundler, bin) => {
  const site = (limits: object) =>
    project({
      [`${bundler}.config.js`]: `import { readFileSync } from 'node:fs'
        import diqa from 'unplugin-diqa/${bundler}'
        const assets = {
          name: 'assets',
          buildStart() {
            const source = readFileSync('a.jpg')
            this.emitFile({ type: 'asset', fileName: 'a.jpg', originalFileName: 'a.jpg', source })
          },
        }
        const options = ${JSON.stringify({ ...shared, rules: [{ files: '**/*', ...limits }] })}
        export default { input: 'main.js', output: { dir: 'dist' }, plugins: [assets, diqa(options)] }`,
      'main.js': 'console.log(1)',
      'a.jpg': SHOP,
    })

  test('ends with 0 below warn, with a warning', async () => {
    const { code, output } = await run(await site({ warn: 100, error: 0 }), bundler, bin, '-c')
    expect(output).toMatch(/a\.jpg: [\d.]+ \(\w+\), below the limit of 100 \(rule "\*\*\/\*"\)\. [A-Z]/)
    expect(output).toMatch(/1 image in .+: 0 passed, 1 warning/)
    expect(code).toBe(0)
  })

  test('ends with 1 below error, with the list', async () => {
    const root = await site({ error: 100 })
    const { code, output } = await run(root, bundler, bin, '-c')
    expect(output).toMatch(/1 error in the images of this build:\na\.jpg: [\d.]+/)
    expect(code).toBe(1)
    expect(rows(await reportOf(root))).toEqual(['a.jpg: error'])
  })

  test('says nothing where it is told to be silent', async () => {
    const silent = bundler === 'rollup' ? ['--silent'] : ['--log-level', 'silent']
    const { code, output } = await run(await site({ warn: 100, error: 0 }), bundler, bin, '-c', ...silent)
    expect(output).not.toContain('a.jpg:')
    expect(code).toBe(0)
  })
})
