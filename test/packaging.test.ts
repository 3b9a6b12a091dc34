import { execFile } from 'node:child_process'
import { existsSync, mkdtempSync } from 'node:fs'
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { delimiter, dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { publint } from 'publint'
import { rolldown } from 'rolldown'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pathOf, readJson } from './support/fixtures.js'

const PACKAGES = ['core', 'gate', 'cli', 'unplugin', 'gulp']

/** A user's project: in a folder with spaces and letters that are not ASCII, and with nothing of ours above it. */
const project = join(mkdtempSync(join(tmpdir(), 'diqa packed ')), 'mein Häuschen')
const image = join(project, 'été 1.png')
const { packageManager } = readJson<{ packageManager: string }>('package.json')

// What the test runner sets for itself must not help the user's project.
const { NODE_OPTIONS: _, NODE_PATH: __, ...env } = process.env
env.PATH = `${dirname(process.execPath)}${delimiter}${env.PATH}`

const execute = promisify(execFile)
const run = (command: string, args: string[], cwd = project) => execute(command, args, { cwd, env, encoding: 'utf8' })
const node = (...args: string[]) => run(process.execPath, args)

interface Packed {
  /** What is in the tarball, without its outermost folder. */
  files: string[]
  path: string
}

const packed = new Map<string, Packed>()
let installed: { stdout: string; stderr: string }

beforeAll(async () => {
  await mkdir(project, { recursive: true })
  await copyFile(pathOf({ file: 'tiny/64x64.png' }), image)
  await writeFile(join(project, 'package.json'), '{ "name": "site", "version": "1.0.0", "private": true }')
  await Promise.all(
    PACKAGES.map(async (name) => {
      const folder = fileURLToPath(new URL(`../packages/${name}`, import.meta.url))
      const { stdout } = await run(
        'npx',
        ['-y', packageManager, 'pack', '--json', '--pack-destination', project],
        folder,
      )
      const { filename } = JSON.parse(stdout.slice(stdout.indexOf('{')))
      const { stdout: list } = await run('tar', ['-tzf', filename])
      const files = list.trim().split('\n')
      packed.set(name, { path: filename, files: files.map((file) => file.slice('package/'.length)).sort() })
    }),
  )
  const tarballs = [...packed.values()].map(({ path }) => path)
  installed = await run('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...tarballs])
}, 300_000)

afterAll(() => rm(dirname(project), { recursive: true, force: true }))

describe.each(PACKAGES)('the tarball of %s', (name) => {
  test('holds what runs and its types, and no sources, tests or build state', () => {
    const { files } = packed.get(name)!
    expect(files).toContain('package.json')
    expect(files.filter((file) => /^dist\/.+\.js$/.test(file)).length).toBeGreaterThan(3)
    const unwanted = files.filter((file) => /^(src|test)\/|\.test\.|tsbuildinfo|tsconfig/.test(file))
    expect(unwanted).toEqual([])
  })

  test('runs no script when it is installed, and names no workspace', async () => {
    const manifest = await readFile(join(project, 'node_modules', packageName(name), 'package.json'), 'utf8')
    const { scripts = {} } = JSON.parse(manifest)
    expect(Object.keys(scripts).filter((script) => /install|prepare/.test(script))).toEqual([])
    expect(manifest).not.toContain('workspace:')
  })
})

const packageName = (folder: string) => readJson<{ name: string }>(`packages/${folder}/package.json`).name

test('no bundler is installed along, and nothing is warned of for its absence', () => {
  const bundlers = Object.keys(readJson<Manifest>('packages/unplugin/package.json').peerDependencies)
  expect(bundlers.length).toBeGreaterThan(8)
  expect(bundlers.filter((name) => existsSync(join(project, 'node_modules', name)))).toEqual([])
  expect(installed.stderr.split('\n').filter((line) => /peer|ERESOLVE|deprecated/i.test(line))).toEqual([])
})

interface Manifest {
  exports: Record<string, { types: string; default: string } | string>
  peerDependencies: Record<string, string>
  peerDependenciesMeta: Record<string, { optional: boolean }>
}

describe.each(['gate', 'unplugin', 'gulp'])('every entry of %s', (folder) => {
  const { exports, peerDependencies, peerDependenciesMeta } = readJson<Manifest>(`packages/${folder}/package.json`)
  const entries = Object.keys(exports).filter((entry) => typeof exports[entry] === 'object')
  const names = entries.map((entry) => packageName(folder) + entry.slice(1))

  test('is loaded by import and by require without any bundler, and is the same', async () => {
    const code = `for (const name of ${JSON.stringify(names)}) {
      const [required, imported] = [require(name), await import(name)]
      const value = imported['module.exports'] ?? imported
      console.log(name, typeof (imported.default ?? imported), required === value)
    }`
    await writeFile(join(project, 'entries.cjs'), `void (async () => {${code}})()`)
    const { stdout, stderr } = await node('entries.cjs')
    const kind = (name: string) => (/^(?:unplugin-diqa|@diqa\/gate)$/.test(name) ? 'object' : 'function')
    expect(stdout.trim().split('\n')).toEqual(names.map((name) => `${name} ${kind(name)} true`))
    expect(stderr).toBe('')
  })

  test('has its types in the tarball', () => {
    const { files } = packed.get(folder)!
    for (const entry of entries) {
      const { types, default: code } = exports[entry] as { types: string; default: string }
      expect(files).toEqual(expect.arrayContaining([types.slice(2), code.slice(2)]))
    }
  })

  test('whose peers are all optional', () => {
    for (const name of Object.keys(peerDependencies)) expect(peerDependenciesMeta[name]).toEqual({ optional: true })
  })
})

describe.each(['gate', 'unplugin', 'gulp'])('the tarball of %s is found clean', (folder) => {
  test('by publint', async () => {
    const { path } = packed.get(folder)!
    const { messages } = await publint({ pack: { tarball: await readArrayBuffer(path) }, strict: true })
    expect(messages.map(({ code, path: place }) => [code, place])).toEqual([])
  })

  test('by attw, as ES modules alone', async () => {
    const { path } = packed.get(folder)!
    const attw = fileURLToPath(new URL('node_modules/@arethetypeswrong/cli/dist/index.js', import.meta.url))
    // It ends with another code than 0 where there is a problem.
    const { stdout } = await node(attw, path, '--profile', 'esm-only', '--format', 'ascii', '--no-emoji')
    expect(stdout).toContain('node16 (from ESM): OK (ESM)')
  })
})

async function readArrayBuffer(path: string): Promise<ArrayBuffer> {
  const bytes = await readFile(path)
  return bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength)
}

test('the tarball of core holds the weights that its card names, and the kernels', async () => {
  const { files } = packed.get('core')!
  expect(files).toContain('models/diqa-1/card.json')
  const { weights, int8 } = readJson<Record<'weights' | 'int8', { file: string }>>(
    'packages/core/models/diqa-1/card.json',
  )
  expect(files).toContain(`models/diqa-1/${weights.file}`)
  expect(files).toContain(`models/diqa-1/${int8.file}`)
  expect(files).toContain('dist/engine/kernels.wasm')
})

test('core needs nothing but sharp', () => {
  expect(Object.keys(readJson<{ dependencies: object }>('packages/core/package.json').dependencies)).toEqual(['sharp'])
})

const body = (print: string) => `
const scorer = await createScorer({ concurrency: 1 })
const results = []
for await (const { status, format } of scorer.scoreMany(process.argv.slice(2))) results.push(status + ' ' + format)
await scorer.dispose()
${print}(results.join())
`

const SCORED = { stdout: 'scored png\n', stderr: '' }

test('an ES module imports it', async () => {
  await writeFile(join(project, 'site.mjs'), `import { createScorer } from '@diqa/core'\n${body('console.log')}`)
  expect(await node('site.mjs', image)).toEqual(SCORED)
})

test('a CommonJS module requires it, and nothing is warned of', async () => {
  const code = `const { createScorer } = require('@diqa/core')\nvoid (async () => {${body('console.log')}})()`
  await writeFile(join(project, 'site.cjs'), code)
  expect(await node('site.cjs', image)).toEqual(SCORED)
})

test('text given to node runs it', async () => {
  const code = `import { createScorer } from '@diqa/core'\n${body('console.log').replace('slice(2)', 'slice(1)')}`
  expect(await node('--input-type=module', '-e', code, image)).toEqual(SCORED)
})

describe('bundled, with only sharp left out', () => {
  const cases: [string, 'esm' | 'cjs', string, Record<string, string>][] = [
    ['an ES module', 'esm', 'bundle.mjs', {}],
    ['a CommonJS module', 'cjs', 'bundle.cjs', {}],
    // Some bundlers leave nothing of import.meta in CommonJS.
    ['a CommonJS module without import.meta', 'cjs', 'bare.cjs', { 'import.meta.url': 'undefined' }],
  ]
  test.each(cases)('into %s', async (_name, format, name, define) => {
    const input = join(project, 'entry.mjs')
    await writeFile(
      input,
      `import { createScorer } from '@diqa/core'\nasync function main() {${body('console.log')}}\nmain()`,
    )
    const bundle = await rolldown({
      input,
      platform: 'node',
      external: ['sharp'],
      transform: { define },
      logLevel: 'silent',
    })
    const file = join(project, 'out', name)
    await bundle.write({ file, format, codeSplitting: false })
    await bundle.close()
    expect(await readFile(file, 'utf8')).not.toMatch(/(from|require\() ?["']@diqa\/core/)
    expect(await node(file, image)).toEqual(SCORED)
  })
})

describe('the command', () => {
  const bin = join(project, 'node_modules', '.bin', process.platform === 'win32' ? 'diqa.cmd' : 'diqa')

  test('scores an image', async () => {
    const { stdout } = await run(bin, ['score', image, '--format', 'json'])
    const report = JSON.parse(stdout)
    expect(report).toMatchObject({ schemaVersion: 1, model: { id: 'diqa-1' }, summary: { images: 1, scored: 1 } })
    expect(report.images[0]).toMatchObject({ path: 'été 1.png', width: 64, height: 64 })
  })

  test('checks what the configuration says, in several formats at once', async () => {
    await writeFile(
      join(project, 'diqa.config.json'),
      '{ "include": "*.png", "rules": [{ "files": "**", "error": 100 }] }',
    )
    const failed = run(bin, ['check', '--format', 'json', '--format', 'junit', '-o', 'diqa.xml', '-o', 'diqa.txt'])
    const { code, stdout } = await failed.catch((error: { code: number; stdout: string }) => error as never)
    expect(code).toBe(1)
    expect(JSON.parse(stdout).images).toMatchObject([{ path: 'été 1.png', status: 'error', rule: { error: 100 } }])
    expect(await readFile(join(project, 'diqa.xml'), 'utf8')).toContain('<testsuites')
    expect(await readFile(join(project, 'diqa.txt'), 'utf8')).toContain('below the limit of 100')
    await run(bin, ['baseline', '--baseline', 'accepted.json'])
    expect((await run(bin, ['check', '--baseline', 'accepted.json', '--silent'])).stdout).toBe('')
    await rm(join(project, 'diqa.config.json'))
  })

  test('says its version', async () => {
    const { version } = readJson<{ version: string }>('packages/cli/package.json')
    expect((await run(bin, ['--version'])).stdout).toContain(version)
  })
})

test('what is installed is found from the project alone', () => {
  const resolved = createRequire(join(project, 'site.mjs')).resolve('@diqa/core')
  expect(resolved).toContain('mein Häuschen')
})
