import { readdir } from 'node:fs/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Report, ReportSummary } from '@diqa/gate'
import { describe, expect, test } from 'vitest'
import type { Compiler, Configuration } from 'webpack'
import { masked } from './masked.js'
import { type Project, project, rows } from './project.js'
import {
  ALWAYS_FAIL,
  ALWAYS_WARN,
  type Bundler,
  build,
  configuration,
  NEVER,
  OWN_CACHE,
  type Plugin,
  QUICK,
  RULES,
  watch,
} from './webpack-family.js'

const A = 'photo/coffee-jpeg-q10.jpg'
const B = 'photo/camera-jpeg-q10.jpg'
const C = 'photo/chelsea-webp-q10.webp'
const INDEX = "import a from './a.jpg'\nimport b from './b.jpg'\nconsole.log(a, b)\n"

const two = () => project({ 'src/index.js': INDEX }, { 'src/a.jpg': A, 'src/b.jpg': B })
const missed = (name: string) =>
  `src/${name}.jpg → img/${name}.HASH.jpg: N (label), below the limit of 100 (rule "**").`

/** What differs between webpack and Rspack. */
export interface Family {
  bundler: Bundler
  diqa: Plugin
  /** Rules and plugins that bundle style sheets into files. */
  css: Configuration
  /** A cache on disk, in `.bundler-cache` of the project. */
  cache: (project: Project) => Configuration
  /** Where scores are kept then. */
  cacheFolder: string
  /** Its plugin that copies files. */
  copy: (
    patterns: (string | { from: string; to: string; context?: string })[],
  ) => NonNullable<Configuration['plugins']>[number]
}

/** The rows that webpack and Rspack must get right alike. */
export function testFamily({ bundler, diqa, css, cache, cacheFolder, copy }: Family): void {
  const run = (site: Project, options: Parameters<Plugin>[0], more?: Configuration) =>
    build(bundler, configuration(site, [diqa(options)], more))

  describe('what is scored', () => {
    test('images of scripts, of style sheets and of new URL(), by source and output', async () => {
      const site = await project(
        {
          'src/index.js': `import './style.css'\n${INDEX}console.log(new URL('./c.webp?x=1', import.meta.url))\n`,
          'src/style.css': "body { background: url('./deep/d.jpg') }",
        },
        { 'src/a.jpg': A, 'src/b.jpg': B, 'src/c.webp': C, 'src/deep/d.jpg': 'photo/coffee-jpeg-q5.jpg' },
      )
      const { errors, warnings, assets } = await run(site, NEVER, {
        ...css,
        module: { rules: [...(css.module?.rules ?? []), ...RULES] },
      })
      expect([errors, warnings]).toEqual([[], []])
      const { images } = await site.report()
      expect(images.map(({ path }) => path)).toEqual(['src/a.jpg', 'src/b.jpg', 'src/c.webp', 'src/deep/d.jpg'])
      expect(images.map(({ output }) => output)).toEqual(assets.filter((name) => name.startsWith('img/')))
      expect(images.every(({ status, score }) => status === 'pass' && score !== undefined)).toBe(true)
    })

    test('copied files, by source and output; includePublic: false leaves them out', async () => {
      const site = await project({ 'src/index.js': "import a from './a.jpg'\nconsole.log(a)" }, { 'src/a.jpg': A })
      for (const name of ['static/b.jpg', 'more/deep/c.jpg', 'globbed/d.jpg', 'one.jpg']) await site.image(name, B)
      await site.image('static/again.jpg', A)
      const patterns = [
        { from: site.at('static'), to: 'copied' },
        { from: 'deep', to: 'copied', context: site.at('more') },
        { from: 'globbed/*.jpg', to: '.' },
        'one.jpg',
      ]
      const plugins = () => ({ plugins: [copy(patterns)] })
      await run(site, NEVER, plugins())
      const own = expect.stringMatching(/^src\/a\.jpg → img\/a\.[\da-f]{8}\.jpg: pass$/)
      expect(rows(await site.report())).toEqual([
        'globbed/d.jpg → globbed/d.jpg: pass',
        'more/deep/c.jpg → copied/c.jpg: pass',
        'one.jpg → one.jpg: pass',
        own,
        'static/again.jpg → copied/again.jpg: pass',
        'static/b.jpg → copied/b.jpg: pass',
      ])
      await run(site, { ...NEVER, includePublic: false }, plugins())
      expect(rows(await site.report())).toEqual([own])
    })

    test('inlined images are counted, or scored, or passed by', async () => {
      const site = await two()
      const inline = () => ({ module: { rules: [{ test: /\.jpg$/, type: 'asset/inline' }] } })
      const { errors, text } = await run(site, NEVER, inline())
      expect(errors).toEqual([])
      expect(text).toMatch(/0 images in .+: 0 passed, 2 inlined and not scored\./)
      expect((await site.report()).summary).toMatchObject({ images: 0, inlined: 2 })

      const scored = await run(site, { ...ALWAYS_FAIL, inlined: 'score' }, inline())
      expect(rows(await site.report())).toEqual(['src/a.jpg → inlined: error', 'src/b.jpg → inlined: error'])
      expect(masked(scored.errors[0]!)).toContain('src/a.jpg: N (label), below the limit of 100 (rule "**").')

      await run(site, { ...NEVER, inlined: 'off', onNoImages: 'off' }, inline())
      expect((await site.report()).summary).not.toHaveProperty('inlined')
    })

    test('what an optimiser in the same build makes of an image', async () => {
      const site = await two()
      const shrunk: number[] = []
      const optimiser = {
        // As image-minimizer-webpack-plugin does it.
        apply(compiler: Compiler) {
          compiler.hooks.thisCompilation.tap('optimiser', (compilation) => {
            const stage = compiler.webpack.Compilation.PROCESS_ASSETS_STAGE_OPTIMIZE_SIZE
            compilation.hooks.processAssets.tapPromise({ name: 'optimiser', stage }, async () => {
              const { default: sharp } = await import('sharp')
              for (const { name, source } of compilation.getAssets().filter(({ name }) => name.endsWith('.jpg'))) {
                const bytes = await sharp(source.buffer()).resize(200).jpeg({ quality: 5 }).toBuffer()
                shrunk.push(bytes.length)
                compilation.updateAsset(name, new compiler.webpack.sources.RawSource(bytes))
              }
            })
          })
        },
      }
      await run(site, NEVER, { plugins: [optimiser] })
      const { images } = await site.report()
      expect(images.map(({ width }) => width)).toEqual([200, 200])
      expect(images.map(({ bytes }) => bytes).sort()).toEqual(shrunk.sort())
      expect(images.map(({ path }) => path)).toEqual(['src/a.jpg', 'src/b.jpg'])
    })

    test('an optimiser that comes too late is told of', async () => {
      const site = await two()
      const late = {
        // As imagemin-webpack-plugin does it.
        apply(compiler: Compiler) {
          compiler.hooks.emit.tap('late', (compilation) => {
            const [name] = compilation.getAssets().flatMap(({ name }) => (name.startsWith('img/b') ? [name] : []))
            compilation.updateAsset(name!, new compiler.webpack.sources.RawSource(Buffer.from('smaller')))
          })
        },
      }
      const { warnings, errors } = await run(site, NEVER, { plugins: [late] })
      expect(errors).toEqual([])
      expect(warnings.map(masked)).toEqual([
        expect.stringContaining(
          'diqa: 1 image changed after being scored (img/b.HASH.jpg): make the plugin that does it work in processAssets',
        ),
      ])
    })
  })

  describe('what becomes of it', () => {
    test('below warn: one warning that lists all, and the build is fine', async () => {
      const { errors, warnings, text } = await run(await two(), ALWAYS_WARN)
      expect(errors).toEqual([])
      const [title, ...lines] = masked(warnings.join('\n---\n')).trimEnd().split('\n')
      expect(title).toBe('diqa: 2 images deserve a look:')
      expect(lines.sort()).toEqual([`  ${missed('a')}`, `  ${missed('b')}`])
      expect(text).toContain('WARNING in ')
      expect(text).toMatch(/2 images in .+: 0 passed, 2 warnings[^.]*\. Limits are set by "rules"/)
    })

    test('below error: one error that lists all, without a stack, and the report', async () => {
      const site = await two()
      const { errors, warnings, text, stats } = await run(site, ALWAYS_FAIL)
      expect(stats.hasErrors()).toBe(true)
      expect(warnings).toEqual([])
      const [title, ...lines] = masked(errors.join('\n---\n')).trimEnd().split('\n')
      expect(title).toMatch(/diqa: 2 images do not pass:$/)
      expect(lines.map((line) => line.trim()).sort()).toEqual([missed('a'), missed('b')])
      expect(text).toMatch(/ERROR in .*diqa: 2 images do not pass:/)
      expect(text).not.toMatch(/^\s+at /m)
      expect((await site.report()).summary).toMatchObject({ images: 2, errors: 2 })
    })

    test('one bad image is one line', async () => {
      const site = await two()
      const { errors } = await run(site, {
        ...QUICK,
        rules: [
          { files: '**', warn: 0, error: 0 },
          { files: 'src/b.*', error: 100 },
        ],
      })
      expect(errors.map(masked)).toEqual([
        expect.stringMatching(
          /diqa: src\/b\.jpg → img\/b\.HASH\.jpg: N \(label\), below the limit of 100 \(rule "src\/b\.\*"\)\.\s*$/,
        ),
      ])
    })

    test('another error stays visible, and ours beside it', async () => {
      const site = await two()
      await site.write('src/index.js', `${INDEX}import './missing.js'`)
      const { errors } = await run(site, ALWAYS_FAIL)
      expect(errors).toHaveLength(2)
      expect(errors.join('\n')).toMatch(/Can't resolve '\.\/missing\.js'|missing\.js/)
      expect(errors.join('\n')).toContain('diqa: 2 images do not pass:')
    })

    test('no image: the severity of onNoImages, and what to do; not where something else is broken', async () => {
      const site = await project({ 'src/index.js': 'console.log(1)' })
      const sentence =
        'diqa: Expected images that match "**/*.{jpg,jpeg,png,webp,avif,gif,tif,tiff}" but found none: ' +
        'correct "include" in the options of diqa, or set "onNoImages" to "off".'
      expect((await run(site, QUICK)).errors).toEqual([expect.stringContaining(sentence)])
      expect((await run(site, { ...QUICK, onNoImages: 'warn' })).warnings).toEqual([expect.stringContaining(sentence)])
      expect(await run(site, { ...QUICK, onNoImages: 'off' })).toMatchObject({ errors: [], warnings: [] })
      await site.write('src/index.js', "import './missing.js'")
      expect((await run(site, QUICK)).errors.filter((error) => error.includes('diqa:'))).toEqual([])
    })

    test('undecodable and Git LFS pointer: the severity of onUndecodable, and what to do', async () => {
      const site = await project({ 'src/index.js': INDEX })
      await site.image('src/a.jpg', 'broken/lfs-pointer.jpg')
      await site.image('src/b.jpg', 'broken/truncated.jpg')
      const { errors } = await run(site, NEVER)
      expect(errors.join()).toMatch(/src\/a\.jpg → img\/a\.[\da-f]+\.jpg: .*Git LFS pointer.*git lfs pull/)
      expect(errors.join()).toMatch(/src\/b\.jpg → img\/b\.[\da-f]+\.jpg: /)
      expect((await site.report()).images.map(({ status }) => status)).toEqual(['undecodable', 'undecodable'])
      const { warnings, errors: none } = await run(site, { ...NEVER, onUndecodable: 'warn' })
      expect(none).toEqual([])
      expect(warnings.join()).toContain('git lfs pull')
    })

    test('wrong options: at once, where they are written', () => {
      expect(() => diqa({ rule: [] } as never)).toThrow(
        'Expected an option of diqa but received "rule"; did you mean "rules"?',
      )
    })

    test('a wrong configuration file: an error of the build, never an exception', async () => {
      const site = await two()
      await site.write('diqa.config.json', '{ "onNoImages": "fail" }')
      const { errors, text } = await run(site, QUICK)
      expect(errors).toEqual([expect.stringContaining('for onNoImages but received "fail"')])
      expect(text).not.toMatch(/^\s+at /m)
    })

    test('a report that cannot be written is an error of the build, never an exception', async () => {
      const site = await two()
      const { stats } = await run(site, { ...NEVER, reports: [{ format: 'json', file: 'src/a.jpg/diqa.json' }] })
      expect(stats.toString()).toMatch(/diqa: .*(ENOTDIR|EEXIST)/)
      expect(stats.hasErrors()).toBe(true)
    })

    test('enabled: false looks at nothing, here or in the file', async () => {
      const site = await two()
      expect(await run(site, { ...ALWAYS_FAIL, enabled: false })).toMatchObject({ errors: [], warnings: [] })
      await site.write('diqa.config.json', '{ "enabled": false }')
      expect(await run(site, ALWAYS_FAIL)).toMatchObject({ errors: [], warnings: [] })
      expect(await readdir(site.root)).not.toContain('diqa.json')
    })
  })

  test('the report is left by output.clean, and is an asset where it is written among them', async () => {
    const site = await two()
    const options: typeof NEVER = { ...NEVER, reports: [{ format: 'json', file: 'dist/diqa.json' }] }
    await run(site, options)
    await run(site, options)
    expect((await site.report('dist/diqa.json')).summary).toMatchObject({ images: 2 })
  })

  test('stats and infrastructureLogging: silent is silent', async () => {
    const written: unknown[] = []
    const stream = { write: (text: unknown) => written.push(text) > 0 } as unknown as NodeJS.WritableStream
    const { stats } = await run(await two(), ALWAYS_WARN, { infrastructureLogging: { level: 'none', stream } })
    expect(stats.toString('none')).toBe('')
    expect(stats.toString('errors-only')).toBe('')
    expect(stats.toString({ preset: 'normal', logging: false })).not.toContain('<i>')
    expect(written).toEqual([])
  })

  test('a second build takes everything from the cache', async () => {
    const site = await two()
    await run(site, { ...NEVER, ...OWN_CACHE }, cache(site))
    expect((await site.report()).summary).toMatchObject({ images: 2, scored: 2, cached: 0 })
    expect(await readdir(site.at(cacheFolder))).toContain('diqa')
    await run(site, { ...NEVER, ...OWN_CACHE }, cache(site))
    expect((await site.report()).summary).toMatchObject({ images: 2, scored: 2, cached: 2 })
    expect((await site.report()).engine.name).toBe('none')
  })

  describe('several compilers', () => {
    const client = (site: Project, plugin: ReturnType<Plugin>) => ({ ...configuration(site, [plugin]), name: 'client' })
    const server = (site: Project, plugin: ReturnType<Plugin>, emit = true): Configuration => ({
      ...configuration(site, [plugin]),
      name: 'server',
      target: 'node',
      output: { ...configuration(site, []).output, path: site.at('dist-server') },
      module: { rules: [{ test: /\.jpg$/, type: 'asset/resource', generator: { emit } }] },
    })

    test('are one report in which each image is scored and told of once', async () => {
      const site = await two()
      const options = { ...ALWAYS_FAIL, ...OWN_CACHE }
      const { errors, stats } = await build(bundler, [client(site, diqa(options)), server(site, diqa({ ...options }))])
      expect(stats.hasErrors()).toBe(true)
      expect(errors.filter((error) => error.includes('diqa: 2 images do not pass:'))).toHaveLength(1)
      expect((await site.report()).summary).toMatchObject({ images: 2, errors: 2, cached: 0 })
    })

    test('a server that emits no image is not "no image"', async () => {
      const site = await two()
      const plugin = diqa(NEVER)
      const { errors } = await build(bundler, [server(site, plugin, false), client(site, plugin)])
      expect(errors).toEqual([])
      expect((await site.report()).summary).toMatchObject({ images: 2 })
    })

    test('none with an image is said once', async () => {
      const site = await project({ 'src/index.js': 'console.log(1)' })
      const { errors } = await build(bundler, [client(site, diqa(QUICK)), server(site, diqa(QUICK))])
      expect(errors).toEqual([expect.stringContaining('diqa: Expected images that match')])
    })
  })

  test('watching: the first build does not wait, later ones warn, and only what changed is scored again', async () => {
    const site = await two()
    const logged: string[] = []
    const stream = { write: (text: string) => logged.push(text) > 0 } as unknown as NodeJS.WritableStream
    const summaries: ReportSummary[] = []
    const format = ({ summary }: Report) => String(summaries.push(summary))
    const options = { ...ALWAYS_FAIL, ...OWN_CACHE, reports: [{ format, file: 'diqa.txt' }] }
    const config = configuration(site, [diqa(options)], {
      infrastructureLogging: { level: 'warn', stream, colors: false, appendOnly: true },
    })
    const watching = watch(bundler, config)
    expect(await watching.next()).toMatchObject({ errors: [], warnings: [] })
    await expect.poll(() => logged.map(masked).join(''), { timeout: 20_000 }).toContain(missed('b'))
    expect(masked(logged.join(''))).toContain(`[diqa] ${missed('a')}`)

    await site.image('src/b.jpg', 'photo/coffee-jpeg-q5.jpg')
    // A watcher may build again of itself: file systems and pollers disagree on when its first build began.
    let next = await watching.next()
    while (next.warnings.length === 0) next = await watching.next()
    expect(next.errors).toEqual([])
    expect(next.warnings).toEqual([expect.stringContaining('diqa: 2 images deserve a look:')])
    await expect
      .poll(() => summaries, { timeout: 20_000 })
      .toContainEqual(expect.objectContaining({ images: 2, warnings: 0, errors: 2, cached: 1 }))
    await watching.close()
  })

  test('watching: a report that cannot be written takes none of the messages with it', async () => {
    const site = await two()
    const logged: string[] = []
    const stream = { write: (text: string) => logged.push(text) > 0 } as unknown as NodeJS.WritableStream
    const reports = [{ format: 'json', file: 'src/a.jpg/diqa.json' }]
    const config = configuration(site, [diqa({ ...ALWAYS_FAIL, reports })], {
      infrastructureLogging: { level: 'warn', stream, colors: false, appendOnly: true },
    })
    const watching = watch(bundler, config)
    expect(await watching.next()).toMatchObject({ errors: [], warnings: [] })
    const log = () => masked(logged.join(''))
    await expect.poll(log, { timeout: 20_000 }).toContain('The report "src/a.jpg/diqa.json" is missing: ')
    expect(log()).toContain(missed('b'))
    await watching.close()
  })

  test('watching that ends before the scores are there says nothing', async () => {
    const site = await two()
    const logged: string[] = []
    const stream = { write: (text: string) => logged.push(text) > 0 } as unknown as NodeJS.WritableStream
    const config = configuration(site, [diqa({ ...ALWAYS_FAIL, ...OWN_CACHE })], {
      infrastructureLogging: { level: 'warn', stream, colors: false, appendOnly: true },
    })
    const watching = watch(bundler, config)
    expect(await watching.next()).toMatchObject({ errors: [], warnings: [] })
    await watching.close()
    await sleep(500)
    expect(logged).toEqual([])
  })
}
