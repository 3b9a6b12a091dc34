import { expect, onTestFinished, test } from 'vitest'
import webpack, { type Stats } from 'webpack'
import WebpackDevServer from 'webpack-dev-server'
import diqa from '../src/webpack.js'
import { masked } from './support/masked.js'
import { project } from './support/project.js'
import { ALWAYS_FAIL, configuration, OWN_CACHE, told } from './support/webpack-family.js'

test('the first page is served before any score is there; warnings follow, and after a change are the build’s', async () => {
  const site = await project(
    { 'src/index.js': "import a from './a.jpg'\nimport b from './b.jpg'\nconsole.log(a, b)" },
    { 'src/a.jpg': 'photo/coffee-jpeg-q10.jpg', 'src/b.jpg': 'photo/camera-jpeg-q10.jpg' },
  )
  const logged: string[] = []
  const stream = { write: (text: string) => logged.push(text) > 0 } as unknown as NodeJS.WritableStream
  const log = () => masked(logged.join(''))
  const compiler = webpack({
    ...configuration(site, [diqa({ ...ALWAYS_FAIL, ...OWN_CACHE })]),
    mode: 'development',
    stats: 'none',
    infrastructureLogging: { level: 'warn', stream, colors: false, appendOnly: true },
  })!
  const builds: (ReturnType<typeof told> & { log: string })[] = []
  compiler.hooks.done.tap('test', (stats: Stats) => void builds.push({ ...told(stats), log: log() }))

  const server = new WebpackDevServer({ port: 0, host: '127.0.0.1', static: false, client: false }, compiler)
  await server.start()
  onTestFinished(() => server.stop())
  const { port } = server.server!.address() as { port: number }
  const page = await fetch(`http://127.0.0.1:${port}/main.js`)
  expect(page.status).toBe(200)
  expect(await page.text()).toContain('img/a.')
  expect(builds[0]).toMatchObject({ errors: [], warnings: [], log: expect.not.stringContaining('below the limit') })
  await expect.poll(log, { timeout: 20_000 }).toContain('[diqa] src/b.jpg → img/b.HASH.jpg: N (label), below the limit')
  expect(log()).toContain('[diqa] src/a.jpg → ')

  await site.image('src/b.jpg', 'photo/coffee-jpeg-q5.jpg')
  // A watcher may build again of itself.
  await expect.poll(() => builds.at(-1)!.warnings, { timeout: 20_000 }).toHaveLength(1)
  expect(builds.at(-1)!.warnings).toEqual([expect.stringContaining('diqa: 2 images deserve a look:')])
  expect(builds.flatMap(({ errors }) => errors)).toEqual([])
  expect((await site.report()).summary).toMatchObject({ images: 2, errors: 2, cached: 1 })
})
