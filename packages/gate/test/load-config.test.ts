import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { loadConfig, loadOptions } from '../src/index.js'
import { folder } from './support/folder.js'

const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
const readsTypeScript = major > 23 || (major === 23 && minor >= 6) || (major === 22 && minor >= 18)

const message = async (promise: Promise<unknown>) =>
  promise.then(
    () => 'no error',
    (error: Error) => `${error.name}: ${error.message}`,
  )

test.each<[file: string, content: string]>([
  ['diqa.config.js', 'export default { onNoImages: "warn" }'],
  ['diqa.config.mjs', 'export default { onNoImages: "warn" }'],
  ['diqa.config.json', '\ufeff{ "onNoImages": "warn" }'],
  ['package.json', '{ "type": "module", "diqa": { "onNoImages": "warn" } }'],
])('%s', async (file, content) => {
  const root = await folder({ 'package.json': '{ "type": "module" }', [file]: content })
  expect(await loadConfig({ cwd: root })).toEqual({ options: { onNoImages: 'warn' }, file: join(root, file), root })
})

test.each([
  ['as CommonJS', 'module.exports = { onNoImages: "warn" }'],
  ['compiled to CommonJS', 'exports.__esModule = true; exports.default = { onNoImages: "warn" }'],
])('%s', async (_, content) => {
  const root = await folder({ 'package.json': '{}', 'diqa.config.js': content })
  expect(await loadConfig({ cwd: root })).toMatchObject({ options: { onNoImages: 'warn' } })
})

test('the nearest folder that has one counts, and a file there before the manifest', async () => {
  const root = await folder({
    'diqa.config.json': '{ "onNoImages": "warn" }',
    'packages/app/package.json': '{ "name": "app" }',
    'packages/app/src/a.js': '',
    'packages/own/package.json': '{ "diqa": { "onNoImages": "off" } }',
    'packages/own/diqa.config.json': '{ "onNoImages": "error" }',
    'packages/broken/package.json': '{{ name }}',
    'packages/empty/package.json': 'null',
  })
  const found = async (cwd: string) => (await loadConfig({ cwd: join(root, cwd) }))?.options.onNoImages
  expect(await found('packages/app/src')).toBe('warn')
  expect(await found('packages/own')).toBe('error')
  expect(await found('packages/broken')).toBe('warn')
  expect(await found('packages/empty')).toBe('warn')
  expect(await loadConfig({ cwd: await folder() })).toBeUndefined()
})

test('a file can be named', async () => {
  const root = await folder({ 'strict.json': '{ "onNoImages": "warn" }', 'a.toml': '' })
  expect(await loadConfig({ cwd: root, file: 'strict.json' })).toMatchObject({ options: { onNoImages: 'warn' }, root })
  expect(await message(loadConfig({ cwd: root, file: 'gone.json' }))).toBe(
    'UsageError: Expected a configuration at "gone.json" but there is none.',
  )
  expect(await message(loadConfig({ cwd: root, file: 'a.toml' }))).toBe(
    'UsageError: Expected a file that ends in .ts, .mts, .js, .mjs or .json for the configuration but received "a.toml".',
  )
})

test('what cannot be read is told', async () => {
  const root = await folder({ 'diqa.config.json/a': '', 'app/package.json': '{}' })
  expect(await message(loadConfig({ cwd: join(root, 'app') }))).toBe(
    `UsageError: Expected to read the configuration, or a package.json, in ${join(root, 'app')} or above but that failed (EISDIR).`,
  )
})

test('what is wrong is told with the file', async () => {
  const wrong = async (file: string, content: string) => {
    const root = await folder({ [file]: content })
    return (await message(loadConfig({ cwd: root }))).replace(join(root, file), '<file>')
  }
  expect(await wrong('diqa.config.json', '{ "onNoImage": "off" }')).toBe(
    'UsageError: Expected an option of diqa but received "onNoImage"; did you mean "onNoImages" (<file>)?',
  )
  expect(await wrong('diqa.config.json', '{ nope')).toMatch(
    /^UsageError: Expected JSON in <file> but found something else \(.+\)\.$/,
  )
  expect(await wrong('diqa.config.mjs', 'export const a = 1')).toBe(
    'UsageError: Expected an object from <file> but received a value of type Undefined.',
  )
  expect(await wrong('diqa.config.mjs', 'throw new Error("no such environment")')).toBe(
    'UsageError: Expected <file> to load but it failed (no such environment).',
  )
  expect(await wrong('package.json', '{ "diqa": [] }')).toBe(
    'UsageError: Expected an object from <file> but received a value of type Array.',
  )
})

test('the options of a plugin replace keys of the file, whose folder is the root', async () => {
  const root = await folder({ 'diqa.config.json': '{ "onNoImages": "warn", "inlined": "off" }', 'app/a.js': '' })
  const cwd = join(root, 'app')
  expect(await loadOptions({ inlined: 'score', onNoImages: undefined }, { cwd })).toMatchObject({
    root,
    onNoImages: 'warn',
    inlined: 'score',
  })
  const alone = await folder()
  expect(await loadOptions({ inlined: 'score' }, { cwd: alone })).toMatchObject({ root: alone, inlined: 'score' })
  expect(await loadOptions(undefined, { cwd: alone })).toMatchObject({ root: alone })
  expect(await message(loadOptions({ inlined: 1 as never }, { cwd }))).toBe(
    'UsageError: Expected one of count, score, off for inlined but received 1.',
  )
})

// In a Node of its own: the test runner reads TypeScript by itself.
async function loadBuilt(cwd: string): Promise<string> {
  const text = `import { loadConfig } from ${JSON.stringify(new URL('../dist/index.js', import.meta.url).href)}
    console.log(await loadConfig({ cwd: ${JSON.stringify(cwd)} }).then((c) => JSON.stringify(c.options), (e) => e.message))`
  // pnpm starts the test runner with a NODE_PATH in which other packages' jiti is found.
  const env = { ...process.env, NODE_PATH: '' }
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', text], { env })
  return stdout.trim()
}

const typeScript = 'const level: "warn" | "off" = "warn"\nexport default { onNoImages: level }\n'

test.runIf(readsTypeScript)('TypeScript, by Node itself', async () => {
  expect(await loadBuilt(await folder({ 'diqa.config.ts': typeScript }))).toBe('{"onNoImages":"warn"}')
})

test.skipIf(readsTypeScript)('TypeScript where Node cannot read it: what to do', async () => {
  const expected = (name: string) =>
    `Expected Node 22.18 or later, or the package jiti, for ${name} but this is Node ${process.versions.node} without jiti: run "npm i -D jiti", or write diqa.config.mjs.`
  expect(await loadBuilt(await folder({ 'diqa.config.ts': typeScript }))).toBe(expected('diqa.config.ts'))
  expect(await loadBuilt(await folder({ 'diqa.config.mts': typeScript }))).toBe(expected('diqa.config.mts'))
})

test.skipIf(readsTypeScript)('TypeScript by jiti, where it is installed', async () => {
  const root = await folder({
    'diqa.config.ts': typeScript,
    'node_modules/jiti/package.json': '{ "name": "jiti", "main": "jiti.cjs" }',
    'node_modules/jiti/jiti.cjs':
      'exports.createJiti = (from) => ({ import: async (file, { default: d }) => ({ onNoImages: from === file && d ? "warn" : "off" }) })',
  })
  expect(await loadBuilt(root)).toBe('{"onNoImages":"warn"}')
})
