import { copyFile, readdir, readFile, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { Plugin } from 'vite'
import { ViteImageOptimizer } from 'vite-plugin-image-optimizer'
import { describe, expect, test } from 'vitest'
import { diqa } from '../src/vite.js'
import { image, project, reportOf, rows } from './rollup-family/project.js'
import { below, failAll, lenient, shared, warnAll } from './rollup-family/shared.js'
import { build, configure, versions } from './rollup-family/vite.js'

const HERO = image('gradient/hero.jpg')
const SHOP = image('screenshot/shop-jpeg-q10.jpg')
const DASHBOARD = image('screenshot/dashboard-jpeg-q10.jpg')
const SMALL = image('illustration/landscape-jpeg-q10.jpg')

const page = (body: string) => `<!doctype html><title>A site</title>${body}`
const entry = (script: string) => ({
  'index.html': page('<script type="module" src="/main.js"></script>'),
  'main.js': script,
})
const logs = (...names: string[]) =>
  `${names.map((name, i) => `import i${i} from './${name}'`).join('\n')}\nconsole.log(${names.map((_, i) => `i${i}`)})`

describe.each(versions)('%s', (_, vite) => {
  test('every way to refer to an image is seen, and named by source and output', async () => {
    const root = await project({
      'index.html': page(
        `<link rel="stylesheet" href="/style.css"><script type="module" src="/main.js"></script>
        <img src="/src/plain.jpg"><img src="/src/plain.jpg" srcset="/src/set-1.jpg 1x, /src/set-2.jpg 2x">
        <picture><source srcset="/src/source.webp"><img src="/pub/photo.jpg"></picture>`,
      ),
      'style.css': 'body { background: url(./src/styled.png) }',
      'main.js': `import imported from './src/imported.jpg'
        console.log(imported, new URL('./src/referred.jpg', import.meta.url).href)`,
      'public/pub/photo.jpg': image('variant/mozjpeg.jpg'),
      'src/plain.jpg': HERO,
      'src/set-1.jpg': SHOP,
      'src/set-2.jpg': DASHBOARD,
      'src/source.webp': image('illustration/grapes.webp'),
      'src/styled.png': image('illustration/landscape.png'),
      'src/imported.jpg': image('variant/progressive.jpg'),
      'src/referred.jpg': image('variant/gray.jpg'),
    })
    const said = await build(vite, root, lenient)
    expect(said).toEqual({ warnings: [], infos: [expect.stringMatching(/8 images in .+: 8 passed/)] })
    expect(rows(await reportOf(root))).toEqual([
      'public/pub/photo.jpg → pub/photo.jpg: pass',
      'src/imported.jpg → assets/imported.jpg: pass',
      'src/plain.jpg → assets/plain.jpg: pass',
      'src/referred.jpg → assets/referred.jpg: pass',
      'src/set-1.jpg → assets/set-1.jpg: pass',
      'src/set-2.jpg → assets/set-2.jpg: pass',
      'src/source.webp → assets/source.webp: pass',
      'src/styled.png → assets/styled.png: pass',
    ])
  })

  test('a page with the pictures of what was built', async () => {
    const root = await project({ ...entry(logs('a.jpg')), 'a.jpg': SHOP })
    const reports = [{ format: 'html' as const, file: 'diqa.html' }]
    await build(vite, root, { ...warnAll, reports })
    const page = await readFile(join(root, 'diqa.html'), 'utf8')
    expect(page).toContain('<title>1 of 1 image looks bad – diqa</title>')
    const [, pictures] = /id="pictures">(.*)</.exec(page)!
    // Thumbnail, preview and heat map, each a WebP.
    expect(JSON.parse(pictures!)).toEqual([Array(3).fill(expect.stringMatching(/^UklGR/))])
  })

  test('below warn: a warning for each, and one line of counts', async () => {
    const root = await project({ ...entry(logs('a.jpg', 'b.jpg')), 'a.jpg': SHOP, 'b.jpg': DASHBOARD })
    const { error, warnings, infos } = await build(vite, root, warnAll)
    expect(error).toBeUndefined()
    expect(warnings.toSorted()).toEqual([
      expect.stringMatching(below('a.jpg → assets/a-HASH.jpg')),
      expect.stringMatching(below('b.jpg → assets/b-HASH.jpg')),
    ])
    expect(infos).toEqual([expect.stringMatching(/^\[unplugin-diqa\] 2 images in .+: 0 passed, 2 warnings/)])
  })

  test('below error: all are listed at once, and the report is written', async () => {
    const root = await project({ ...entry(logs('a.jpg', 'b.jpg')), 'a.jpg': SHOP, 'b.jpg': DASHBOARD })
    const { error, warnings } = await build(vite, root, failAll)
    const lines = error!.split('\n')
    const first = lines.findIndex((line) => line.endsWith('2 errors in the images of this build:'))
    expect(lines.slice(first + 1, first + 3).toSorted()).toEqual([
      expect.stringMatching(below('a.jpg → assets/a-HASH.jpg')),
      expect.stringMatching(below('b.jpg → assets/b-HASH.jpg')),
    ])
    expect(lines[first + 3]).toMatch(
      /^2 images in .+: 0 passed, 2 errors.*\. Limits are set by "rules", exceptions by "exempt" in the options of diqa\.$/,
    )
    expect(warnings).toEqual([])
    expect(rows(await reportOf(root))).toEqual(['a.jpg → assets/a.jpg: error', 'b.jpg → assets/b.jpg: error'])
  })

  test('what one srcset names is one message, of the bundle’s pages and of the public folder’s', async () => {
    const root = await project({
      'index.html': page('<img src="/a.jpg" srcset="/a.jpg 400w, /b.jpg 800w">'),
      'a.jpg': SHOP,
      'b.jpg': DASHBOARD,
      'public/old/page.html': page('<img srcset="small.jpg 1x, /site/large.jpg 2x">'),
      'public/old/small.jpg': image('illustration/landscape-jpeg-q10.jpg'),
      'public/large.jpg': image('gradient/hero-jpeg-q10.jpg'),
    })
    const { warnings } = await build(vite, root, warnAll, { base: '/site/' })
    expect(warnings.map((text) => text.replaceAll(/-[\w-]{8}\.jpg/g, '.jpg')).toSorted()).toEqual([
      expect.stringMatching(/^[ab]\.jpg → .+ The same goes for assets\/[ab]\.jpg\.$/),
      expect.stringMatching(/^public\/.+ The same goes for (?:large|old\/small)\.jpg\.$/),
    ])
    expect((await reportOf(root)).summary).toMatchObject({ images: 4, warnings: 4 })
  })

  test('inlined images are counted once, or scored under the name of their source, or passed by', async () => {
    const root = await project({
      ...entry(`import './style.css'\n${logs('small.jpg')}`),
      'style.css': 'body { background: url(./small.jpg) } i { background: url(./other.webp) }',
      'small.jpg': SMALL,
      'other.webp': image('logo/fernhill.webp'),
    })
    expect((await build(vite, root, lenient)).warnings).toEqual([])
    expect((await reportOf(root)).summary).toMatchObject({ images: 0, inlined: 2 })
    await build(vite, root, { ...lenient, inlined: 'score' })
    expect(rows(await reportOf(root))).toEqual([
      expect.stringMatching(/^assets\/index\.css#\.webp: (?:pass|skip)$/),
      'small.jpg: pass',
    ])
    await build(vite, root, { ...lenient, inlined: 'off', onNoImages: 'off' })
    expect((await reportOf(root)).summary).toEqual(expect.not.objectContaining({ inlined: 2 }))
  })

  test('the public folder counts as far as it is copied', async () => {
    const root = await project({ ...entry(logs('a.jpg')), 'a.jpg': SHOP, 'public/b.jpg': HERO, 'static/c.jpg': HERO })
    const seen = async (options = {}, config = {}) => {
      expect((await build(vite, root, { ...lenient, ...options }, config)).error).toBeUndefined()
      return rows(await reportOf(root)).map((row) => row.replace(/(?: →|:).*/, ''))
    }
    expect(await seen()).toEqual(['a.jpg', 'public/b.jpg'])
    expect(await seen({}, { publicDir: 'static' })).toEqual(['a.jpg', 'static/c.jpg'])
    expect(await seen({}, { publicDir: false })).toEqual(['a.jpg'])
    expect(await seen({}, { publicDir: 'missing' })).toEqual(['a.jpg'])
    expect(await seen({}, { build: { copyPublicDir: false } })).toEqual(['a.jpg'])
    expect(await seen({ includePublic: false })).toEqual(['a.jpg'])
  })

  test('what another plugin copies into the output is seen too', async () => {
    const root = await project({ ...entry('console.log(1)'), 'copy/a.jpg': SHOP })
    const copier: Plugin = {
      name: 'copier',
      writeBundle: ({ dir }) => copyFile(join(root, 'copy/a.jpg'), join(dir!, 'copied.jpg')),
    }
    await build(vite, root, lenient, { plugins: [copier] })
    expect(rows(await reportOf(root))).toEqual(['copied.jpg: pass'])
    const { error } = await build(vite, root, { ...lenient, includePublic: false }, { plugins: [copier] })
    expect(error).toContain('but found none')
  })

  test('an image that another plugin takes out of the output is not shipped', async () => {
    const root = await project({ ...entry(logs('a.jpg', 'b.jpg')), 'a.jpg': SHOP, 'b.jpg': HERO })
    const remover: Plugin = {
      name: 'remover',
      async writeBundle({ dir }) {
        const name = (await readdir(join(dir!, 'assets'))).find((name) => name.startsWith('a-'))
        await rm(join(dir!, 'assets', name!))
      },
    }
    expect((await build(vite, root, lenient, { plugins: [remover] })).error).toBeUndefined()
    expect(rows(await reportOf(root))).toEqual(['b.jpg → assets/b.jpg: pass'])
  })

  test('beside an optimiser the optimised bytes are scored; of public images the report says that they are not', async () => {
    const root = await project({
      ...entry(logs('a.jpg')),
      'a.jpg': HERO,
      'public/b.jpg': image('variant/progressive.jpg'),
    })
    const optimiser = ViteImageOptimizer({ logStats: false, jpg: { quality: 20 } }) as Plugin
    expect((await build(vite, root, lenient, { plugins: [optimiser] })).error).toBeUndefined()
    const [asset, copied] = (await reportOf(root)).images
    expect(asset!.path).toBe('a.jpg')
    expect(asset!.bytes).toBe((await stat(join(root, 'dist', asset!.output!))).size)
    expect(asset!.bytes).toBeLessThan((await stat(join(root, 'a.jpg'))).size)
    expect(asset).not.toHaveProperty('notes')
    expect(copied!.bytes).toBe((await stat(join(root, 'public/b.jpg'))).size)
    expect(copied!.notes).toEqual([
      'Scored as it is in the public folder: vite-plugin-image-optimizer may change it afterwards, and "diqa check" on the output folder sees what is shipped.',
    ])
  })

  test('what an optimiser took from an image can fail the build', async () => {
    const root = await project({ ...entry(logs('a.jpg')), 'a.jpg': HERO })
    const optimiser = ViteImageOptimizer({ logStats: false, jpg: { quality: 1 } }) as Plugin
    const rules = [...lenient.rules!, { files: '**/*', maxDrop: 0 }]
    const { error } = await build(vite, root, { ...lenient, rules }, { plugins: [optimiser] })
    expect(error).toMatch(/less than its source, more than the maxDrop of 0 .+ Your optimiser took this image from/)
  })

  test.each(['generateBundle', 'writeBundle', 'closeBundle'] as const)(
    'an error of another plugin in %s stays visible',
    async (hook) => {
      const root = await project({ ...entry(logs('a.jpg')), 'a.jpg': SHOP })
      const broken: Plugin = {
        name: 'broken',
        [hook]() {
          throw new Error('The other plugin is broken.')
        },
      }
      const options = hook === 'closeBundle' ? lenient : failAll
      const { error } = await build(vite, root, options, { plugins: [broken] })
      expect(error).toContain('The other plugin is broken.')
      expect(error).not.toContain('images')
    },
  )

  test('a client and a server are one build: scored once, said once', async () => {
    const root = await project({
      ...entry(logs('a.jpg', 'small.jpg')),
      'server.js': logs('a.jpg', 'small.jpg'),
      'a.jpg': SHOP,
      'small.jpg': SMALL,
      'public/b.jpg': DASHBOARD,
    })
    const { config, said } = configure(vite, root, warnAll, {
      builder: {},
      environments: {
        client: { build: { outDir: 'dist/client' } },
        ssr: { build: { outDir: 'dist/server', emitAssets: true, rollupOptions: { input: join(root, 'server.js') } } },
      },
    })
    await (await vite.createBuilder(config)).buildApp()
    expect(said.warnings.map((text) => text.replace(/:.*/, ''))).toHaveLength(2)
    const report = await reportOf(root)
    expect(rows(report)).toEqual(['a.jpg → assets/a.jpg: warn', 'public/b.jpg → b.jpg: warn'])
    expect(report.summary).toMatchObject({ inlined: 1 })
  })

  test('a server by itself leaves images, and the report, to its client', async () => {
    const root = await project({
      'server.js': logs('a.jpg', 'small.jpg'),
      'a.jpg': SHOP,
      'small.jpg': SMALL,
      'public/b.jpg': HERO,
      'report.json': 'of the client',
    })
    const config = { build: { ssr: 'server.js' } }
    expect(await build(vite, root, failAll, config)).toEqual({ warnings: [], infos: [] })
    expect(await readFile(join(root, 'report.json'), 'utf8')).toBe('of the client')
    const { error } = await build(vite, root, failAll, { build: { ssr: 'server.js', ssrEmitAssets: true } })
    expect(error).toContain('1 error in the images of this build:')
    expect(rows(await reportOf(root))).toEqual(['a.jpg → assets/a.jpg: error'])
  })

  test('a library in several formats is one build', async () => {
    const root = await project({ 'lib.js': `${logs('a.jpg')}\nexport default 1`, 'a.jpg': SMALL })
    const lib = { entry: 'lib.js', formats: ['es', 'cjs'] as ('es' | 'cjs')[], fileName: 'lib' }
    expect((await build(vite, root, shared, { build: { lib } })).error).toBeUndefined()
    expect((await reportOf(root)).summary).toMatchObject({ images: 0, inlined: 1 })
    const { warnings } = await build(vite, root, { ...warnAll, inlined: 'score' }, { build: { lib } })
    expect(warnings).toEqual([expect.stringMatching(below('a.jpg'))])
    expect(rows(await reportOf(root))).toEqual(['a.jpg: warn'])
  })

  test('no image is what the options say', async () => {
    const root = await project(entry('console.log(1)'))
    const sentence = 'but found none: correct "include" in the options of diqa, or set "onNoImages" to "off".'
    expect((await build(vite, root, shared)).error).toContain(sentence)
    const warned = await build(vite, root, { ...shared, onNoImages: 'warn' })
    expect(warned).toMatchObject({ warnings: [expect.stringContaining(sentence)] })
    expect(warned.error).toBeUndefined()
    expect(await build(vite, root, { ...shared, onNoImages: 'off' })).toMatchObject({ warnings: [] })
    expect(await build(vite, root, { ...shared, enabled: false })).toMatchObject({ warnings: [] })
  })

  test('what cannot be decoded is what the options say, with what to do', async () => {
    const root = await project({
      ...entry('console.log(1)'),
      'public/cut.jpg': image('broken/truncated.jpg'),
      'public/lfs.jpg': image('broken/lfs-pointer.jpg'),
    })
    const { error } = await build(vite, root, shared)
    expect(error).toContain('2 errors in the images of this build:')
    expect(error).toMatch(/^public\/cut\.jpg → cut\.jpg: Expected .+/m)
    expect(error).toMatch(/^public\/lfs\.jpg → lfs\.jpg: .+git lfs pull/m)
    const { warnings, ...rest } = await build(vite, root, { ...shared, onUndecodable: 'warn' })
    expect(rest.error).toBeUndefined()
    expect(warnings).toHaveLength(2)
  })

  test('a Git LFS pointer that is imported is named', async () => {
    const root = await project({ ...entry(logs('lfs.jpg')), 'lfs.jpg': image('broken/lfs-pointer.jpg') })
    const { error } = await build(vite, root, shared)
    expect(error).toMatch(/^lfs\.jpg → assets\/lfs-[\w-]{8}\.jpg: .+git lfs pull/m)
  })

  test('a second build has everything from the cache, which is in the folder that Vite has for it', async () => {
    const root = await project({ ...entry(logs('a.jpg')), 'a.jpg': SMALL, 'public/b.jpg': SHOP })
    const options = { ...lenient, cache: true, inlined: 'score' as const }
    const config = { cacheDir: '.vite-cache' }
    await build(vite, root, options, config)
    expect((await reportOf(root)).summary).toMatchObject({ images: 2, cached: 0 })
    expect(await readdir(join(root, '.vite-cache/diqa'))).not.toEqual([])
    await build(vite, root, options, config)
    const { summary, engine } = await reportOf(root)
    expect(summary).toMatchObject({ images: 2, cached: 2 })
    expect(engine.name).toBe('none')
  })

  test('an option that is wrong ends the build before it begins', async () => {
    const root = await project(entry('console.log(1)'))
    expect((await build(vite, root, { onNoImage: 'off' } as object)).error).toBe(
      'Expected an option of diqa but received "onNoImage"; did you mean "onNoImages"?',
    )
  })

  test('sources are those of the root, wherever diqa.config is', async () => {
    const root = await project({
      'diqa.config.mjs': `export default ${JSON.stringify({ ...shared, rules: [{ files: 'web/src/a.jpg', warn: 100, error: 0 }] })}`,
      'web/index.html': page('<img src="/src/a.jpg">'),
      'web/src/a.jpg': SHOP,
    })
    await build(vite, join(root, 'web'))
    expect(rows(await reportOf(root))).toEqual(['web/src/a.jpg → assets/a.jpg: warn'])
  })

  test('the dev server is left alone', async () => {
    const root = await project({ ...entry(logs('a.jpg')), 'a.jpg': SHOP })
    const { config, said } = configure(vite, root, failAll, {
      server: { middlewareMode: true, ws: false, watch: null },
    })
    const server = await vite.createServer(config)
    const names = server.config.plugins.map(({ name }) => name)
    await server.transformRequest('/main.js')
    await server.close()
    expect(names).not.toContain('unplugin-diqa')
    expect(said.warnings).toEqual([])
  })
})

test('a plugin that is used for several builds says everything in each', async () => {
  const [, vite] = versions[2]!
  const plugin = diqa(warnAll)
  const site = { ...entry(logs('a.jpg')), 'a.jpg': SHOP }
  const [one, two] = [await project(site), await project(site)]
  for (const root of [one, one, two]) {
    const { config, said } = configure(vite, root, { enabled: false })
    await vite.build({ ...config, plugins: [plugin] })
    expect(said.warnings).toEqual([expect.stringMatching(below('a.jpg → assets/a-HASH.jpg'))])
    expect(rows(await reportOf(root))).toEqual(['a.jpg → assets/a.jpg: warn'])
  }
})
