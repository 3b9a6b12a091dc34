import { expect, test } from 'vitest'
import { command } from './support/command.js'
import { masked } from './support/masked.js'
import { install, project } from './support/project.js'

test('a CommonJS configuration requires the plugin; a script that never closes its compiler ends', async () => {
  const site = await project({ 'src/index.js': "console.log(new URL('./a.jpg', import.meta.url))" })
  await site.image('src/a.jpg', 'photo/coffee-jpeg-q10.jpg')
  await install(site, 'unplugin-diqa', 'webpack')
  await site.write(
    'node_modules/build.cjs',
    `const diqa = require('unplugin-diqa/webpack')
    const webpack = require('webpack')
    const options = { rules: [{ files: '**', warn: 100, error: 0 }], maxPixels: 1024 }
    const compiler = webpack({ mode: 'production', plugins: [diqa(options)] })
    compiler.run((error, stats) => console.log(error, stats.toString({ preset: 'errors-warnings' })))`,
  )
  const { code, output } = await command(site, 'build.cjs')
  expect(masked(output)).toContain('WARNING in diqa: src/a.jpg → ')
  expect(output).toMatch(/^null /)
  expect(code).toBe(0)
})
