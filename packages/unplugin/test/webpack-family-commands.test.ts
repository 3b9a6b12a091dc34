import { expect, test } from 'vitest'
import { command } from './support/command.js'
import { masked } from './support/masked.js'
import { example, install, project } from './support/project.js'

const COMMANDS = {
  webpack: { packages: ['webpack', 'webpack-cli'], script: 'webpack-cli/bin/cli.js', args: [] },
  rspack: { packages: ['@rspack/core', '@rspack/cli'], script: '@rspack/cli/bin/rspack.js', args: ['build'] },
  rsbuild: { packages: ['@rsbuild/core'], script: '@rsbuild/core/bin/rsbuild.js', args: ['build'] },
}

test.each(Object.entries(COMMANDS))(
  '%s as a command: exit 0 where all pass',
  async (name, { packages, script, args }) => {
    const site = await example(`${name}-pass`)
    await install(site, 'unplugin-diqa', ...packages)
    const { code, output } = await command(site, script, ...args)
    expect(output).not.toContain('do not pass')
    expect(code).toBe(0)
    expect((await site.report('diqa-report.json')).summary).toMatchObject({ images: 1, passed: 1 })
  },
)

test.each(Object.entries(COMMANDS))(
  '%s as a command: exit 1 below the limit',
  async (name, { packages, script, args }) => {
    const site = await example(`${name}-fail`)
    await install(site, 'unplugin-diqa', ...packages)
    const { code, output } = await command(site, script, ...args)
    expect(masked(output)).toMatch(
      /diqa: src\/coffee\.jpg → .+\.jpg: N \(label\), below the limit of 99 \(rule "src\/\*\*"\)\./,
    )
    // Rsbuild has a stack of its own, after ours.
    expect(output.split('build failed')[0]).not.toMatch(/^\s+at .*\.js:/m)
    expect(code).toBe(1)
    expect((await site.report('diqa-report.json')).summary).toMatchObject({ images: 1, errors: 1 })
  },
)

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
