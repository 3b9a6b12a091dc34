import { join } from 'node:path'
import type { DiqaOptions } from '@diqa/gate'
import { createRsbuild } from '@rsbuild/core'
import { rspack } from '@rspack/core'
import { build as esbuild, context as esbuildContext } from 'esbuild'
import { rolldown } from 'rolldown'
import { rollup } from 'rollup'
import { createLogger, build as vite } from 'vite'
import { expect, test, vi } from 'vitest'
import webpack from 'webpack'
import diqa from '../src/index.js'
import { image, project, reportOf, run, write } from './rollup-family/project.js'
import { failAll } from './rollup-family/shared.js'
import { type Bundler, build as compile } from './support/webpack-family.js'

const OPTIONS: DiqaOptions = { ...failAll, maxPixels: 1024, concurrency: 1 }

const site = (...packages: string[]) =>
  project(
    {
      'package.json': '{ "name": "site", "private": true, "type": "module" }',
      'main.js': "import a from './a.jpg'\nconsole.log(a)",
      'index.html': '<!doctype html><title>A site</title><script type="module" src="./main.js"></script>',
      'a.jpg': image('photo/coffee-jpeg-q10.jpg'),
    },
    ...packages,
  )

/** Emits the one image: Rollup has no notion of any. */
const emitter = {
  name: 'emitter',
  load: (id: string) => (id.endsWith('.jpg') ? 'export default 1' : null),
  async buildStart(this: { emitFile(file: object): unknown }) {
    const { readFile } = await import('node:fs/promises')
    const source = await readFile(join(process.cwd(), 'a.jpg'))
    this.emitFile({ type: 'asset', name: 'a.jpg', originalFileName: 'a.jpg', source })
  },
}

const rules = [{ test: /\.jpg$/, type: 'asset/resource' as const }]
const compiler = (context: string) => ({ context, entry: './main.js', mode: 'production' as const, module: { rules } })

/** How each bundler fails: what is said of it. */
const builds: Record<string, (root: string) => Promise<string>> = {
  vite: (root) =>
    failure(
      vite({
        root,
        configFile: false,
        customLogger: createLogger('silent'),
        build: { assetsInlineLimit: 0 },
        plugins: [diqa.vite(OPTIONS)],
      }),
    ),
  async rollup(root) {
    const bundle = await rollup({ input: join(root, 'main.js'), plugins: [emitter as never, diqa.rollup(OPTIONS)] })
    return failure(bundle.write({ dir: join(root, 'dist') }))
  },
  async rolldown(root) {
    const input = { input: join(root, 'main.js'), cwd: root, plugins: [emitter as never, diqa.rolldown(OPTIONS)] }
    return failure(rolldown(input).then((bundle) => bundle.write({ dir: join(root, 'dist') })))
  },
  async webpack(root) {
    const config = { ...compiler(root), output: { path: join(root, 'dist') }, plugins: [diqa.webpack(OPTIONS)] }
    return (await compile(webpack as unknown as Bundler, config)).errors.join('\n')
  },
  async rspack(root) {
    const config = { ...compiler(root), output: { path: join(root, 'dist') }, plugins: [diqa.rspack(OPTIONS)] }
    return (await compile(rspack as unknown as Bundler, config as never)).errors.join('\n')
  },
  async rsbuild(root) {
    const said: unknown[] = []
    const spies = (['log', 'error'] as const).map((method) =>
      vi.spyOn(console, method).mockImplementation((...texts) => void said.push(...texts)),
    )
    const source = { entry: { main: './main.js' } }
    const rsbuildConfig = { source, output: { dataUriLimit: 0 }, plugins: [diqa.rsbuild(OPTIONS)] }
    const instance = await createRsbuild({ cwd: root, rsbuildConfig })
    await failure(instance.build())
    for (const spy of spies) spy.mockRestore()
    return said.join('\n')
  },
  esbuild: (root) => failure(esbuild({ ...entry(root), plugins: [diqa.esbuild(OPTIONS)] })),
}

const entry = (root: string) => ({
  absWorkingDir: root,
  entryPoints: ['main.js'],
  bundle: true,
  outdir: 'dist',
  logLevel: 'silent' as const,
  loader: { '.jpg': 'file' as const },
})

const failure = (building: Promise<unknown>): Promise<string> =>
  building.then(
    () => expect.fail('Expected the build to fail.'),
    ({ message }) => message,
  )

test.each(Object.entries(builds))('%s, by the factory of unplugin', async (_name, build) => {
  const root = await site()
  vi.spyOn(process, 'cwd').mockReturnValue(root)
  const said = await build(root)
  vi.restoreAllMocks()
  expect(said.match(/a\.jpg → .+\.jpg: [\d.]+ \(\w+\), below the limit of 100 \(rule "\*\*\/\*"\)/g)).toHaveLength(1)
  expect(await reportOf(root)).toMatchObject({ summary: { images: 1, errors: 1 } })
})

test('farm, by the factory of unplugin', async () => {
  const root = await site('@farmfe/core', '@farmfe/cli')
  await write(root, {
    'farm.config.mjs': `import diqa from 'unplugin-diqa'
      export default { compilation: { progress: false }, plugins: [diqa.farm(${JSON.stringify(OPTIONS)})] }`,
  })
  const { code, output } = await run(root, '@farmfe/cli', 'bin/farm.mjs', 'build')
  expect(output).toMatch(/1 error in the images of this build:\na\.jpg → /)
  expect(code).toBe(1)
})

test('a context of esbuild is known by its call: nothing is said twice', async () => {
  const root = await site()
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true)
  const context = await esbuildContext({ ...entry(root), plugins: [diqa.esbuild(OPTIONS)] })
  expect(await failure(context.rebuild())).toContain('below the limit of 100')
  await context.dispose()
  expect(written).not.toHaveBeenCalled()
})

test('a bundler that there is no plugin for is an error', () => {
  const known = 'vite, rollup, rolldown, webpack, rspack, rsbuild, esbuild, farm'
  expect(() => diqa.unloader(OPTIONS)).toThrow(
    `Expected one of ${known} for the bundler of unplugin-diqa but received "unloader".`,
  )
})
