import { createRsbuild, type RsbuildConfig } from '@rsbuild/core'
import { createRsbuild as createRsbuild1 } from 'rsbuild-1'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import diqa from '../src/rsbuild.js'
import { masked } from './support/masked.js'
import { type Project, project, rows } from './support/project.js'
import { ALWAYS_FAIL, ALWAYS_WARN, NEVER, OWN_CACHE, type QUICK } from './support/webpack-family.js'

const A = 'photo/coffee-jpeg-q10.jpg'
const B = 'photo/camera-jpeg-q10.jpg'
const INDEX = "import a from './a.jpg'\nimport './style.css'\nconsole.log(a)\n"
const STYLE = "body { background: url('./b.jpg') }"
const two = () => project({ 'src/index.js': INDEX, 'src/style.css': STYLE }, { 'src/a.jpg': A, 'src/b.jpg': B })

describe.each([
  ['2', createRsbuild],
  ['1', createRsbuild1 as unknown as typeof createRsbuild],
])('Rsbuild %s', (version, create) => {
  interface Built {
    failed: boolean
    errors: string[]
    warnings: string[]
    printed: string
  }

  async function rsbuild(site: Project, options: typeof QUICK, config: RsbuildConfig = {}) {
    const printed: string[] = []
    const spies = (['log', 'info', 'warn', 'error'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...texts) => void printed.push(texts.join(' '))),
    )
    onTestFinished(() => {
      for (const spy of spies) spy.mockRestore()
    })
    const performance = { printFileSize: false }
    const instance = await create({
      cwd: site.root,
      // Version 1 has one logger for all instances, which would keep the level of the test before.
      rsbuildConfig: {
        mode: 'production',
        logLevel: 'info',
        performance,
        ...config,
        plugins: [diqa(options)],
      } as RsbuildConfig,
    })
    return { instance, printed }
  }

  async function build(site: Project, options: typeof QUICK, config: RsbuildConfig = {}): Promise<Built> {
    const { instance, printed } = await rsbuild(site, options, config)
    const problems = { errors: [] as string[], warnings: [] as string[] }
    instance.onAfterBuild(({ stats }) => {
      const json = stats!.toJson({ all: false, errors: true, warnings: true })
      problems.errors.push(...json.errors!.map(({ message }) => message))
      problems.warnings.push(...json.warnings!.map(({ message }) => message))
    })
    const failed = await instance.build().then(
      ({ close }) => close().then(() => false),
      () => true,
    )
    return { failed, ...problems, printed: printed.join('\n') }
  }

  test('images of scripts and style sheets, and of the public folder', async () => {
    const site = await two()
    await site.image('public/deep/c.jpg', 'photo/coffee-jpeg-q20.jpg')
    const { failed, printed } = await build(site, NEVER)
    expect(failed).toBe(false)
    expect(printed).toMatch(/diqa: 3 images in .+: 3 passed[.,]/)
    expect(rows(await site.report())).toEqual([
      'public/deep/c.jpg → deep/c.jpg: pass',
      expect.stringMatching(/^src\/a\.jpg → static\/image\/a\.[\da-f]+\.jpg: pass$/),
      expect.stringMatching(/^src\/b\.jpg → static\/image\/b\.[\da-f]+\.jpg: pass$/),
    ])
  })

  test.each<[string, Partial<typeof QUICK>, RsbuildConfig]>([
    ['includePublic: false', { includePublic: false }, {}],
    ['publicDir: false', {}, { server: { publicDir: false } }],
    ['copyOnBuild: false', {}, { server: { publicDir: { copyOnBuild: false } } }],
    ['a public folder that is missing', {}, { server: { publicDir: { name: 'nowhere' } } }],
  ])('%s: its images are not looked at', async (_name, options, config) => {
    const site = await two()
    await site.image('public/c.jpg', 'photo/coffee-jpeg-q20.jpg')
    await build(site, { ...NEVER, ...options }, config)
    expect((await site.report()).images.map(({ path }) => path)).toEqual(['src/a.jpg', 'src/b.jpg'])
  })

  test('what publicDir.ignore leaves out is not looked at, and what output.copy copies is, by its source', async () => {
    const site = await two()
    for (const name of ['public/c.jpg', 'public/draft/d.jpg', 'public/deep/old-e.jpg', 'more/f.jpg']) {
      await site.image(name, 'photo/coffee-jpeg-q20.jpg')
    }
    const ignore = version === '1' ? {} : { ignore: ['draft', '**/old-*'] }
    await build(site, NEVER, {
      server: { publicDir: { ...ignore } },
      output: { copy: [{ from: './more', to: 'copied' }] },
    })
    const copied = rows(await site.report()).filter((row) => !row.startsWith('src/'))
    expect(copied).toEqual([
      'more/f.jpg → copied/f.jpg: pass',
      'public/c.jpg → c.jpg: pass',
      // Version 1 has no such option.
      ...(version === '1' ? ['deep/old-e.jpg', 'draft/d.jpg'].map((name) => `public/${name} → ${name}: pass`) : []),
    ])
  })

  test('below warn: a warning, and the build is fine', async () => {
    const { failed, printed } = await build(await two(), ALWAYS_WARN)
    expect(failed).toBe(false)
    expect(printed).toContain('diqa: 2 images deserve a look:')
    expect(masked(printed)).toMatch(/src\/a\.jpg → .+\.jpg: N \(label\), below the limit of 100 \(rule "\*\*"\)\./)
  })

  test('below error: the build fails with one error, and the report is there', async () => {
    const site = await two()
    const { failed, printed } = await build(site, ALWAYS_FAIL)
    expect(failed).toBe(true)
    expect(printed.match(/diqa: 2 images do not pass:/g)).toHaveLength(1)
    expect((await site.report()).summary).toMatchObject({ images: 2, errors: 2 })
  })

  test('another error stays visible, and ours beside it', async () => {
    const site = await two()
    await site.write('src/index.js', `${INDEX}import './missing.js'`)
    const { failed, printed } = await build(site, ALWAYS_FAIL)
    expect(failed).toBe(true)
    expect(printed).toMatch(/Can't resolve '\.\/missing\.js'|\.\/missing\.js/)
    expect(printed).toContain('do not pass:')
  })

  test('small images are inlined by default: counted, or scored', async () => {
    const site = await project({ 'src/index.js': "import a from './a.jpg'\nconsole.log(a)" })
    await site.image('src/a.jpg', 'photo/chelsea-jpeg-q10.jpg')
    const { printed } = await build(site, NEVER)
    expect(printed).toContain('1 inlined and not scored')
    await build(site, { ...NEVER, inlined: 'score' })
    expect(rows(await site.report())).toEqual(['src/a.jpg → inlined: pass'])
  })

  test('environments are one report in which each image is told of once', async () => {
    const site = await two()
    await site.image('public/c.jpg', 'photo/coffee-jpeg-q20.jpg')
    const { failed, printed } = await build(
      site,
      { ...ALWAYS_FAIL, ...OWN_CACHE },
      {
        environments: {
          web: {},
          node: { output: { target: 'node', distPath: { root: 'dist/server' } } },
        },
      },
    )
    expect(failed).toBe(true)
    expect((await site.report()).summary).toMatchObject({ images: 3, errors: 3, cached: 0 })
    expect(printed.match(/src\/a\.jpg → /g)).toHaveLength(1)
  })

  test('undecodable: what to do; no image: the severity of onNoImages', async () => {
    const site = await project({ 'src/index.js': "console.log(new URL('./a.jpg?url', import.meta.url))" })
    await site.image('src/a.jpg', 'broken/lfs-pointer.jpg')
    const inline = { output: { dataUriLimit: 0 } }
    const { failed, printed } = await build(site, NEVER, inline)
    expect(failed).toBe(true)
    expect(printed).toMatch(/src\/a\.jpg → .*git lfs pull/)
    await site.write('src/index.js', 'console.log(1)')
    expect((await build(site, NEVER)).printed).toContain('or set "onNoImages" to "off".')
    expect(await build(site, { ...NEVER, onNoImages: 'off' })).toMatchObject({ failed: false })
  })

  test('a second build takes everything from the cache; logLevel: error hides the summary', async () => {
    const site = await two()
    await build(site, { ...NEVER, ...OWN_CACHE })
    const { printed } = await build(site, { ...NEVER, ...OWN_CACHE }, { logLevel: 'error' })
    expect(printed).toBe('')
    expect((await site.report()).summary).toMatchObject({ images: 2, cached: 2 })
  })

  test('development server: it does not wait, and warnings follow in the log', async () => {
    const site = await two()
    const { instance, printed } = await rsbuild(site, ALWAYS_FAIL, {
      mode: 'development',
      server: { port: 0 } as never,
    })
    const server = await instance.createDevServer()
    onTestFinished(() => server.close())
    await server.listen()
    await expect
      .poll(() => masked(printed.join('\n')), { timeout: 20_000 })
      .toMatch(/diqa: src\/b\.jpg → .+N \(label\)/)
    expect(printed.join('\n')).not.toContain('do not pass')
  })
})
