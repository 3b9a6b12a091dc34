import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Examples, installExamples } from './support/packed.js'

/** Nuxt is large, and wants a later Node than the tests: it is tried where this names one. */
const { NUXT_NODE: node } = process.env
if (!node) console.warn('Nuxt is not tried: set NUXT_NODE to the path of Node 22.19 or later for that.')

/** For Nuxt 3, with its folders named as Nuxt 4 has them. */
async function forNuxt3(folder: string): Promise<void> {
  await replace(join(folder, 'package.json'), /"nuxt": ".+"/, '"nuxt": "^3.21.0"')
  await replace(join(folder, 'nuxt.config.mjs'), '  modules', '  future: { compatibilityVersion: 4 },\n  modules')
}

async function replace(file: string, pattern: string | RegExp, text: string): Promise<void> {
  await writeFile(file, (await readFile(file, 'utf8')).replace(pattern, text))
}

const versions: [string, ((folder: string) => Promise<void>) | undefined][] = [
  ['4', undefined],
  ['3', forNuxt3],
]

describe.skipIf(!node).each(versions)('the examples of Nuxt %s, with the packed tarballs', (_version, edit) => {
  let examples: Examples

  beforeAll(async () => {
    const names = ['nuxt-pass', 'nuxt-fail']
    examples = await installExamples({ packages: ['core', 'gate', 'unplugin'], names, node, edit })
  }, 600_000)

  afterAll(() => examples?.remove())

  test('generate: one passes, with what Nitro made of its images', async () => {
    const { code, output } = await examples.build('nuxt-pass')
    expect(output).toMatch(/4 images in .+: 4 passed/)
    expect(code).toBe(0)
  }, 120_000)

  test('generate: one fails for what Nitro made; two densities of a picture are one message', async () => {
    const { code, output } = await examples.build('nuxt-fail')
    expect(output).toMatch(
      /1 error in the images of this build:\n_ipx\/.+\/coffee\.jpg: [\d.]+ \(\w+\), below the limit/,
    )
    expect(output).toMatch(/The same goes for _ipx\/.+\/coffee\.jpg\.\n4 images in .+2 errors/)
    expect(code).toBe(1)
  }, 120_000)

  test('build: a server’s images are warned of, by source where they are public, and are in the report', async () => {
    const site = join(examples.folder, 'nuxt-pass')
    await replace(join(site, 'package.json'), 'nuxt generate', 'nuxt build')
    const rules = "[{ files: '**/*', warn: 100, error: 0 }]"
    const options = `diqa: { rules: ${rules}, reports: [{ format: 'json', file: 'diqa.json' }] }`
    await replace(join(site, 'nuxt.config.mjs'), '  modules', `  ${options},\n  modules`)
    const { code, output } = await examples.build('nuxt-pass')
    expect(output).toMatch(/public\/coffee\.jpg → coffee\.jpg: [\d.]+ \(\w+\), below the limit of 100/)
    expect(output).toMatch(/2 images in .+: 0 passed, 2 warnings/)
    expect(code).toBe(0)
    const report = JSON.parse(await readFile(join(site, 'diqa.json'), 'utf8'))
    expect(report.images.map(({ path }: { path: string }) => path)).toEqual([
      expect.stringMatching(/^_nuxt\/hero\..+\.jpg$/),
      'public/coffee.jpg',
    ])
  }, 120_000)
})
