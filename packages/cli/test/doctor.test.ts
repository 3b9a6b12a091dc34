import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diqa } from './support/fake-process.js'
import { tree } from './support/tree.js'

test('what works here, how fast, and where things are', async () => {
  const cwd = await tree({ 'diqa.config.json': '{}', 'node_modules/.cache/diqa/v1/x.jsonl': '12345' })
  const { stdout, stderr, exitCode } = await diqa(['doctor'], { cwd })
  expect(stderr).toBe('')
  expect(exitCode).toBe(0)
  expect(stdout).toContain(`Node ${process.versions.node}`)
  expect(stdout).toMatch(/✔ sharp \d+\.\d+\.\d+, libvips \d+\.\d+/)
  expect(stdout).toContain(`✔ configuration ${join(cwd, 'diqa.config.json')}`)
  expect(stdout).toContain(`✔ cache ${join(cwd, 'node_modules/.cache/diqa')}, 5 B`)
  expect(stdout).toMatch(/✔ wasm \(cpu\) +\d+ ms a megapixel/)
  expect(stdout).toMatch(/[-✔] onnx \(cpu\)/)
  expect(stdout).toMatch(
    /\n(Faster, as there seems to be a GPU: npm install .+|Nothing to install would make scoring faster here\.)\n$/,
  )
})

test('--format json has the same as data', async () => {
  const cwd = await tree({})
  const { stdout, exitCode } = await diqa(['doctor', '--format', 'json', '--no-cache'], { cwd })
  const found = JSON.parse(stdout)
  expect(found).toMatchObject({ node: process.versions.node, config: {}, taken: { name: expect.any(String) } })
  expect(found.engines).toContainEqual({
    name: 'wasm',
    device: 'cpu',
    works: true,
    msPerMegapixel: expect.any(Number),
  })
  expect(found).not.toHaveProperty('cache')
  expect(exitCode).toBe(0)
})

test('a configuration that is wrong is told with the rest, and exit 2', async () => {
  const cwd = await tree({ 'diqa.config.json': '{ "rulse": [] }' })
  const { stdout, exitCode } = await diqa(['doctor'], { cwd })
  expect(stdout).toContain('✖ Expected an option of diqa but received "rulse"; did you mean "rules"')
  expect(stdout).toContain('✔ wasm (cpu)')
  expect(exitCode).toBe(2)
})

test.each([
  [['x.png'], 'Expected no path for "diqa doctor" but received "x.png".'],
  [['--format', 'html'], 'Expected stylish or json for --format but received "html".'],
])('%j', async (args, sentence) => {
  expect(await diqa(['doctor', ...args])).toMatchObject({ stdout: '', stderr: `diqa: ${sentence}\n`, exitCode: 2 })
})
