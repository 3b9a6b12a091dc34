import HtmlPlugin from 'html-webpack-plugin'
import ImageMinimizerPlugin from 'image-minimizer-webpack-plugin'
import { expect, test } from 'vitest'
import webpack, { type Configuration } from 'webpack'
import diqa from '../src/webpack.js'
import { masked } from './support/masked.js'
import { type Project, project, rows } from './support/project.js'
import { type Bundler, build, configuration, NEVER, QUICK, RULES } from './support/webpack-family.js'

const run = (site: Project, options: typeof QUICK, more: Configuration) =>
  build(webpack as unknown as Bundler, configuration(site, [diqa(options)], more))

const INDEX = "import a from './a.jpg'\nconsole.log(a)\n"

const minimizer = (options: object) =>
  new ImageMinimizerPlugin({
    minimizer: { implementation: ImageMinimizerPlugin.sharpMinify as never, options: { encodeOptions: options } },
  })

test('image-minimizer-webpack-plugin: the optimised bytes, by their source; maxDrop tells what it took', async () => {
  const site = await project({ 'src/index.js': INDEX }, { 'src/a.jpg': 'photo/astronaut-jpeg-q95.jpg' })
  const optimization = () => ({ optimization: { minimizer: [minimizer({ jpeg: { quality: 3 } })] } })
  const { errors } = await run(
    site,
    { ...QUICK, rules: [{ files: '**', warn: 0, error: 0, maxDrop: 1 }] },
    optimization(),
  )
  const { images } = await site.report()
  expect(images).toHaveLength(1)
  expect(images[0]).toMatchObject({ path: 'src/a.jpg', format: 'jpeg' })
  expect(images[0]!.output).toMatch(/^img\/a\.[\da-f]+\.jpg$/)
  expect(images[0]!.bytes).toBeLessThan(10_000)
  expect(errors.map(masked)).toEqual([
    expect.stringMatching(
      /diqa: src\/a\.jpg → img\/a\.HASH\.jpg: N \(label\), .+ less than its source, more than the maxDrop of 1 \(rule "\*\*"\)\./,
    ),
  ])
})

test('image-minimizer-webpack-plugin: what it generates of an import with ?as=', async () => {
  const site = await project(
    { 'src/index.js': "import a from './a.jpg?as=webp'\nconsole.log(a)\n" },
    { 'src/a.jpg': 'photo/coffee-jpeg-q50.jpg' },
  )
  const generator = new ImageMinimizerPlugin({
    generator: [
      {
        preset: 'webp',
        implementation: ImageMinimizerPlugin.sharpGenerate as never,
        options: { encodeOptions: { webp: { quality: 20 } } },
      },
    ],
  })
  const { errors } = await run(site, NEVER, { optimization: { minimizer: [generator] } })
  expect(errors).toEqual([])
  const { images } = await site.report()
  expect(images).toMatchObject([{ path: 'src/a.jpg', format: 'webp', output: expect.stringMatching(/\.webp$/) }])
})

test('images of a HTML page, which a child compiler finds, are scored once: img, srcset, picture', async () => {
  const site = await project(
    {
      'src/index.js': INDEX,
      'src/page.html': `<img src="./a.jpg" srcset="./a.jpg 1x, ./large.jpg 2x">
        <picture><source srcset="./c.webp" type="image/webp"><img src="./b.jpg"></picture>`,
    },
    {
      'src/a.jpg': 'photo/coffee-jpeg-q10.jpg',
      'src/large.jpg': 'photo/coffee-jpeg-q20.jpg',
      'src/b.jpg': 'photo/camera-jpeg-q10.jpg',
      'src/c.webp': 'photo/chelsea-webp-q10.webp',
    },
  )
  const { warnings, errors } = await run(
    site,
    { ...QUICK, rules: [{ files: '**', warn: 100, error: 0 }] },
    {
      plugins: [new HtmlPlugin({ template: 'src/page.html' })],
      module: { rules: [...RULES, { test: /\.html$/, loader: 'html-loader' }] },
    },
  )
  expect(errors).toEqual([])
  const { images } = await site.report()
  expect(images.map(({ path }) => path)).toEqual(['src/a.jpg', 'src/b.jpg', 'src/c.webp', 'src/large.jpg'])
  // The two densities of a picture are one message, whatever their names.
  expect(warnings).toHaveLength(1)
  expect(warnings[0]).toMatch(/^diqa: 3 images deserve a look:/)
  expect(warnings[0]).toMatch(/The same goes for img\/(?:a|large)\.[\da-f]+\.jpg\./)
})

test('style sheets without loaders (experiments.css), and data URIs that were written by hand', async () => {
  const site = await project(
    { 'src/index.js': "import './style.css'" },
    { 'src/a.jpg': 'photo/coffee-jpeg-q10.jpg', 'src/b.jpg': 'photo/camera-jpeg-q10.jpg' },
  )
  const uri = 'data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7'
  await site.write(
    'src/style.css',
    `body { background: url('./a.jpg') } p { background: url('./b.jpg?inline') } i { background: url(${uri}) }`,
  )
  const rules = [
    { test: /\.jpg$/, oneOf: [{ resourceQuery: /inline/, type: 'asset/inline' }, { type: 'asset/resource' }] },
  ]
  const more = () => ({ experiments: { css: true }, module: { rules } }) as Configuration
  await run(site, NEVER, more())
  expect((await site.report()).summary).toMatchObject({ images: 1, inlined: 2 })
  await run(site, { ...NEVER, inlined: 'score' }, more())
  expect(rows(await site.report()).map((row) => row.replace(/[\da-f]{8}/, 'HASH'))).toEqual([
    'main.css#HASH.gif → inlined: skip',
    'src/a.jpg → img/a.HASH.jpg: pass',
    'src/b.jpg → inlined: pass',
  ])
})
