import { expect, test } from 'vitest'
import webpack from 'webpack'
import diqa from '../src/webpack.js'
import { project, rows } from './support/project.js'
import { ALWAYS_FAIL, ALWAYS_WARN, type Bundler, build, configuration } from './support/webpack-family.js'

test('spike', async () => {
  const site = await project(
    { 'src/index.js': "import a from './a.jpg'\nimport b from './b.jpg'\nconsole.log(a, b, new URL('./c.jpg', import.meta.url))" },
    { 'src/a.jpg': 'photo/coffee-jpeg-q10.jpg', 'src/b.jpg': 'photo/camera-jpeg-q10.jpg', 'src/c.jpg': 'photo/coffee-jpeg-q5.jpg' },
  )
  const built = await build(webpack as unknown as Bundler, configuration(site, [diqa(ALWAYS_FAIL)]))
  console.log(built.text, built)
  console.log(rows(await site.report()))
  const warned = await build(webpack as unknown as Bundler, configuration(site, [diqa(ALWAYS_WARN)]))
  console.log(warned.text, warned)
  expect(1).toBe(1)
})
