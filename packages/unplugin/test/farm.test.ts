import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readdir, stat } from 'node:fs/promises'
import { type AddressInfo, createServer } from 'node:net'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import type { DiqaOptions } from '@diqa/gate'
import { expect, onTestFinished, test } from 'vitest'
import { diqa } from '../src/farm.js'
import { image, project, reportOf, rows, run, write } from './rollup-family/project.js'
import { failAll, lenient, shared, warnAll } from './rollup-family/shared.js'

const SHOP = image('screenshot/shop-jpeg-q10.jpg')
const DASHBOARD = image('screenshot/dashboard-jpeg-q10.jpg')
const HERO = image('gradient/hero.jpg')

/** Farm ends its process when a build fails, so it is run as a command. */
const build = (root: string) => run(root, '@farmfe/cli', 'bin/farm.mjs', 'build')

const config = (options: DiqaOptions, more: { plugins?: string; config?: string } = {}) =>
  `import diqa from 'unplugin-diqa/farm'
  export default {
    compilation: { progress: false, presetEnv: false, persistentCache: false },
    plugins: [${more.plugins ?? ''} diqa(${JSON.stringify({ maxPixels: 1024, concurrency: 1, ...options })})],
    ${more.config ?? ''}
  }`

const site = (files: Parameters<typeof project>[0], options: DiqaOptions, more?: Parameters<typeof config>[1]) =>
  project(
    {
      'package.json': '{ "name": "site", "private": true, "type": "module" }',
      'farm.config.mjs': config(options, more),
      'index.html': '<!doctype html><title>A site</title><script type="module" src="./src/main.js"></script>',
      ...files,
    },
    '@farmfe/core',
    '@farmfe/cli',
    'sharp',
  )

const TWO = {
  'src/main.js': "import './style.css'\nimport a from './a.jpg'\nconsole.log(a)",
  'src/style.css': 'body { background: url(./b.jpg) }',
  'src/a.jpg': SHOP,
  'src/b.jpg': DASHBOARD,
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0)
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  await new Promise((resolve) => server.close(resolve))
  return port
}

// Farm's hashes are a content's, then a name's.
const unhashed = async (root: string) =>
  rows(await reportOf(root)).map((row) => row.replace(/\.[\da-f]{8}-[\da-f]{6}\./, '.'))

test('images of scripts, style sheets and new URL(), and of the public folder, by source and output', async () => {
  const root = await site(
    {
      ...TWO,
      'src/main.js': `${TWO['src/main.js']}\nconsole.log(new URL('./c.jpg', import.meta.url).href)`,
      'src/c.jpg': HERO,
      'public/deep/d.jpg': image('variant/mozjpeg.jpg'),
    },
    lenient,
  )
  const { code, output } = await build(root)
  expect(output).toMatch(/\[unplugin-diqa\] 4 images in .+: 4 passed/)
  expect(code).toBe(0)
  expect(await unhashed(root)).toEqual([
    'public/deep/d.jpg → deep/d.jpg: pass',
    'src/a.jpg → a.jpg: pass',
    'src/b.jpg → b.jpg: pass',
    'src/c.jpg → c.jpg: pass',
  ])
  const shipped = (await readdir(join(root, 'dist'), { recursive: true })).filter((name) => name.endsWith('.jpg'))
  expect((await reportOf(root)).images.map(({ output }) => output).sort()).toEqual(shipped.sort())
})

test('below warn: a warning for each, and the build is fine', async () => {
  const root = await site(TWO, warnAll)
  const { code, output } = await build(root)
  expect(output).toMatch(/\[unplugin-diqa\] src\/a\.jpg → a\..+\.jpg: [\d.]+ \(\w+\), below the limit of 100/)
  expect(output).toMatch(/\[unplugin-diqa\] src\/b\.jpg → /)
  expect(output).toMatch(/2 images in .+: 0 passed, 2 warnings/)
  expect(code).toBe(0)
})

test('below error: all are listed at once, nothing is shipped, and the report is written', async () => {
  const root = await site(TWO, failAll)
  const { code, output } = await build(root)
  expect(output).toMatch(/2 errors in the images of this build:\nsrc\/\w\.jpg → .+\nsrc\/\w\.jpg → .+\n2 images in/)
  expect(output).not.toMatch(/^\s+at /m)
  expect(code).toBe(1)
  expect(await unhashed(root)).toEqual(['src/a.jpg → a.jpg: error', 'src/b.jpg → b.jpg: error'])
})

test('the public folder: not where includePublic says so, another one, or one that is missing', async () => {
  const root = await site({ ...TWO, 'public/c.jpg': HERO, 'static/d.jpg': HERO }, lenient)
  const seen = async (options: DiqaOptions, more?: Parameters<typeof config>[1]) => {
    await write(root, { 'farm.config.mjs': config({ ...lenient, ...options }, more) })
    expect((await build(root)).code).toBe(0)
    return (await reportOf(root)).images.map(({ path }) => path)
  }
  const own = ['src/a.jpg', 'src/b.jpg']
  expect(await seen({ includePublic: false })).toEqual(own)
  expect(await seen({}, { config: "publicDir: 'static'" })).toEqual([...own, 'static/d.jpg'])
  expect(await seen({}, { config: "publicDir: 'missing'" })).toEqual(own)
})

test('inlined images are counted, or scored', async () => {
  const script = "import a from './a.jpg'\nimport b from './b.jpg?inline'\nconsole.log(a, b)"
  const files = { 'src/main.js': script, 'src/a.jpg': SHOP, 'src/b.jpg': DASHBOARD }
  const root = await site(files, lenient)
  await build(root)
  expect((await reportOf(root)).summary).toMatchObject({ images: 1, inlined: 1 })
  await write(root, { 'farm.config.mjs': config({ ...lenient, inlined: 'score' }) })
  await build(root)
  const found = (await reportOf(root)).images.map(({ path }) => path)
  expect(found).toEqual([expect.stringMatching(/^index_\w+\.\w+\.js#[\da-f]{8}\.jpe?g$/), 'src/a.jpg'])
})

test('what an optimiser of the same build makes of an image is scored; maxDrop tells what it took', async () => {
  const optimiser = `{
    name: 'optimiser',
    finalizeResources: {
      async executor({ resourcesMap }) {
        const { default: sharp } = await import('sharp')
        for (const [name, resource] of Object.entries(resourcesMap)) {
          if (!name.endsWith('.jpg')) continue
          resource.bytes = [...(await sharp(Buffer.from(resource.bytes)).jpeg({ quality: 1 }).toBuffer())]
        }
        return resourcesMap
      },
    },
  },`
  const rules = [...lenient.rules!, { files: '**/*', maxDrop: 0 }]
  const files = { 'src/main.js': "import a from './a.jpg'\nconsole.log(a)", 'src/a.jpg': HERO }
  const root = await site(files, { ...lenient, rules }, { plugins: optimiser })
  const { code, output } = await build(root)
  expect(output).toMatch(/less than its source, more than the maxDrop of 0 .+ Your optimiser took this image from/)
  expect(code).toBe(1)
  expect((await reportOf(root)).images[0]!.bytes).toBeLessThan((await stat(join(root, 'src/a.jpg'))).size)
})

test('another error stays visible', async () => {
  const root = await site({ ...TWO, 'src/main.js': "import './missing.js'\nimport './a.jpg'" }, failAll)
  const { code, output } = await build(root)
  expect(output).toContain('missing.js')
  expect(output).not.toContain('in the images of this build')
  expect(code).toBe(1)
})

test('no image, images that cannot be decoded, and options that are wrong', async () => {
  const root = await site({ 'src/main.js': 'console.log(1)' }, shared)
  const sentence = 'but found none: correct "include" in the options of diqa, or set "onNoImages" to "off".'
  expect(await build(root)).toMatchObject({ code: 1, output: expect.stringContaining(sentence) })
  const options = async (given: object) => {
    await write(root, { 'farm.config.mjs': config({ ...shared, ...given }) })
    return build(root)
  }
  expect(await options({ onNoImages: 'warn' })).toMatchObject({ code: 0, output: expect.stringContaining(sentence) })
  expect(await options({ enabled: false })).toMatchObject({
    code: 0,
    output: expect.not.stringContaining('unplugin-diqa'),
  })
  expect(() => diqa({ onNoImage: 'off' } as object)).toThrow(
    'Expected an option of diqa but received "onNoImage"; did you mean "onNoImages"?',
  )
  await write(root, { 'diqa.config.json': '{ "onNoImages": "fail" }' })
  expect(await options({})).toMatchObject({ code: 1, output: expect.stringContaining('but received "fail"') })
  await write(root, {
    'diqa.config.json': '{}',
    'src/main.js': "import a from './lfs.jpg'\nconsole.log(a)",
    'src/lfs.jpg': image('broken/lfs-pointer.jpg'),
    'public/cut.jpg': image('broken/truncated.jpg'),
  })
  const { code, output } = await options({})
  expect(output).toMatch(/^public\/cut\.jpg → cut\.jpg: Expected .+/m)
  expect(output).toMatch(/^src\/lfs\.jpg → lfs\..+\.jpg: .+git lfs pull/m)
  expect(code).toBe(1)
})

test('a second build has everything from the cache', async () => {
  const root = await site(TWO, { ...lenient, cache: true })
  await build(root)
  expect((await reportOf(root)).summary).toMatchObject({ images: 2, cached: 0 })
  await build(root)
  expect(await reportOf(root)).toMatchObject({ engine: { name: 'none' }, summary: { images: 2, cached: 2 } })
})

test('the dev server does not wait; warnings follow, and only what changed is scored again', async () => {
  const root = await site(TWO, { ...failAll, cache: true }, { config: `server: { port: ${await freePort()} },` })
  const { NODE_ENV: _, VITEST: __, ...env } = process.env
  const args = [join(root, 'node_modules/@farmfe/cli/bin/farm.mjs'), 'start']
  const server = spawn(process.execPath, args, { cwd: root, env: { ...env, NO_COLOR: '1' } })
  onTestFinished(() => void server.kill('SIGKILL'))
  let output = ''
  for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (output += text))
  const log = () => stripVTControlCharacters(output)
  await expect.poll(log, { timeout: 30_000 }).toMatch(/src\/b\.jpg → .+ below the limit of 100/)
  expect(log().indexOf('Ready in')).toBeLessThan(log().indexOf('below the limit'))
  await expect.poll(log, { timeout: 30_000 }).toContain('0 passed, 2 errors')
  await write(root, { 'src/a.jpg': HERO })
  await expect.poll(log, { timeout: 30_000 }).toMatch(/2 errors, 1 from the cache/)
  expect(server.exitCode).toBeNull()
})
