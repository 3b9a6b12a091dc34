import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { DiqaOptions } from '@diqa/gate'
import { describe, expect, test } from 'vitest'
import { diqa } from '../src/astro.js'
import { image, project, reportOf, rows, run, write } from './rollup-family/project.js'
import { shared } from './rollup-family/shared.js'

const DATA_URI = 'data:image/png;base64,iVBORw0KGgo='

/** A site whose images Astro makes smaller, with the limits for them. */
const site = (limits: object, more: DiqaOptions = {}) =>
  project(
    {
      'astro.config.mjs': `import diqa from 'unplugin-diqa/astro'
      export default { integrations: [diqa(${JSON.stringify({ ...shared, rules: [{ files: '**/*', ...limits }], ...more })})] }`,
      'src/pages/index.astro': `---
import { Image } from 'astro:assets'
import hero from '../hero.jpg'
---
<html><head><title>A site</title></head><body><Image src={hero} alt="A sky" width={200} /><img src="/photo.jpg"><img src="${DATA_URI}"></body></html>`,
      'src/pages/second.astro': `<img src="${DATA_URI}">`,
      'src/hero.jpg': image('gradient/hero.jpg'),
      'public/photo.jpg': image('variant/mozjpeg.jpg'),
    },
    'astro',
    'sharp',
  )

test('a report that cannot be written takes none of the messages with it', async () => {
  const root = await project({ 'dist/a.jpg': image('gradient/hero.jpg') })
  const at = (folder: string) => pathToFileURL(`${join(root, folder)}/`)
  const built = async (limits: object) => {
    const rules = [{ files: '**/*', ...limits }]
    const { hooks } = diqa({ ...shared, rules, reports: [{ format: 'json', file: 'package.json/report.json' }] })
    const config = { root: at(''), publicDir: at('public'), cacheDir: at('cache') }
    await hooks['astro:config:done']?.({ config } as never)
    const warnings: string[] = []
    const logger = { warn: (text: string) => warnings.push(text), info() {} }
    const done = Promise.resolve(hooks['astro:build:done']?.({ dir: at('dist'), logger } as never))
    return {
      warnings,
      error: await done.then(
        () => undefined,
        ({ message }: Error) => message,
      ),
    }
  }
  const missing = expect.stringContaining('The report "package.json/report.json" is missing: ')
  const bad = expect.stringContaining('below the limit of 100')
  expect(await built({ warn: 100, error: 0 })).toEqual({ warnings: [bad], error: missing })
  expect(await built({ error: 100 })).toEqual({ warnings: [missing], error: bad })
})

describe('the command of Astro', () => {
  test('what Astro has made of the images is scored, and one below warn is a warning', async () => {
    const root = await site({ warn: 100, error: 0 })
    const { code, output } = await run(root, 'astro', 'astro.js', 'build')
    expect(output).toMatch(
      /public\/photo\.jpg → photo\.jpg: [\d.]+ \(\w+\), below the limit of 100 \(rule "\*\*\/\*"\)\. [A-Z]/,
    )
    expect(output).toMatch(/2 images in .+: 0 passed, 2 warnings/)
    expect(code).toBe(0)
    const report = await reportOf(root)
    expect(rows(report)).toEqual([
      expect.stringMatching(/^_astro\/hero\.\w+\.webp: warn$/),
      'public/photo.jpg → photo.jpg: warn',
    ])
    expect(report.images[0]).toMatchObject({ width: 200 })
    expect(report.summary).toMatchObject({ inlined: 1 })
  })

  test('images below error are listed at once, and the build fails', async () => {
    const root = await site({ error: 100 })
    const { code, output } = await run(root, 'astro', 'astro.js', 'build')
    expect(output).toMatch(/2 errors in the images of this build:\n.+\n.+\n2 images in/)
    expect(code).toBe(1)
    expect((await reportOf(root)).summary).toMatchObject({ errors: 2 })
  })

  test('two widths of a picture are one message; a second build has every score from the cache; --silent is silent', async () => {
    const root = await site({ warn: 100, error: 0 }, { cache: true })
    await write(root, {
      'src/pages/index.astro': `---
import { Image } from 'astro:assets'
import hero from '../hero.jpg'
---
<Image src={hero} alt="A sky" widths={[120, 200]} sizes="100vw" />`,
    })
    const { output } = await run(root, 'astro', 'astro.js', 'build')
    expect(output).toMatch(/_astro\/hero\..+\.webp: .+ The same goes for _astro\/hero\.\S+\.webp/)
    expect((await reportOf(root)).summary).toMatchObject({ cached: 0 })
    expect(await run(root, 'astro', 'astro.js', 'build', '--silent')).toEqual({ code: 0, output: '' })
    const { engine, summary } = await reportOf(root)
    expect(engine.name).toBe('none')
    expect(summary.cached).toBe(summary.scored)
  })

  test('no image, and what cannot be decoded: a sentence that says what to do; another error stays visible', async () => {
    const root = await site({ warn: 0, error: 0 })
    const build = () => run(root, 'astro', 'astro.js', 'build')
    await write(root, {
      'src/pages/index.astro': '<p>No image.</p>',
      'public/photo.jpg': image('broken/lfs-pointer.jpg'),
    })
    const lfs = await build()
    expect(lfs.output).toMatch(/public\/photo\.jpg → photo\.jpg: .+git lfs pull/)
    expect(lfs.code).toBe(1)

    await rm(join(root, 'public/photo.jpg'))
    await write(root, { 'src/pages/second.astro': '<p>None either.</p>' })
    const none = await build()
    expect(none.output).toContain('but found none: correct "include" in the options of diqa')
    expect(none.code).toBe(1)

    await write(root, { 'src/pages/second.astro': "---\nimport './missing.js'\n---" })
    const broken = await build()
    expect(broken.output).toContain('missing.js')
    expect(broken.output).not.toContain('but found none')
    expect(broken.code).toBe(1)
  })
})
