import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { image, project, reportOf, rows, run } from './rollup-family/project.js'
import { shared } from './rollup-family/shared.js'

const BIN = 'bin/vite.js'

/** A site with one image and the limits for it. */
const site = (limits: object) =>
  project({
    'vite.config.js': `import diqa from 'unplugin-diqa/vite'
      export default { plugins: [diqa(${JSON.stringify({ ...shared, rules: [{ files: '**/*', ...limits }] })})] }`,
    'index.html': '<!doctype html><title>A site</title><img src="/a.jpg">',
    'a.jpg': image('screenshot/shop-jpeg-q10.jpg'),
  })

describe.each(['vite6', 'vite7', 'vite'])('the command of %s', (bundler) => {
  test('ends with 0 and a warning below warn', async () => {
    const root = await site({ warn: 100, error: 0 })
    const { code, output } = await run(root, bundler, BIN, 'build')
    expect(output).toMatch(
      /a\.jpg → assets\/a-[\w-]{8}\.jpg: [\d.]+ \(\w+\), below the limit of 100 \(rule "\*\*\/\*"\)\./,
    )
    expect(output).toMatch(/\[unplugin-diqa\] 1 image in .+: 0 passed, 1 warning[.,]/)
    expect(code).toBe(0)
  })

  test('ends with 1 and the list below error, and says nothing where it is told to be silent', async () => {
    const root = await site({ error: 100 })
    const { code, output } = await run(root, bundler, BIN, 'build')
    expect(output).toMatch(/1 error in the images of this build:\na\.jpg → /)
    expect(code).toBe(1)
    expect(rows(await reportOf(root))).toEqual(['a.jpg → assets/a.jpg: error'])
    expect(await run(root, bundler, BIN, 'build', '--logLevel', 'silent')).toEqual({ code: 1, output: '' })
  })
})

test('a warning is not said where Vite is told to say errors only', async () => {
  const root = await site({ warn: 100, error: 0 })
  expect(await run(root, 'vite', BIN, 'build', '--logLevel', 'error')).toEqual({ code: 0, output: '' })
})

test.each(['vite', 'rollup', 'rolldown'])('require("unplugin-diqa/%s") gives the plugin', async (name) => {
  const root = await project({})
  const code = `const diqa = require('unplugin-diqa/${name}'); console.log(typeof diqa, diqa().name)`
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=commonjs', '-e', code], { cwd: root })
  expect(stdout).toBe('function unplugin-diqa\n')
})
