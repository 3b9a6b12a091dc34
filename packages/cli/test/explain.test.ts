import { readFile, symlink } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { diqa } from './support/fake-process.js'
import { fakeScorers } from './support/fake-scorer.js'
import { tree } from './support/tree.js'

test('writes the map and tells score, label and place', async () => {
  const cwd = await tree({ 'a.png': '31.25' })
  const { createScorer, made } = fakeScorers()
  const run = await diqa(['explain', 'a.png', '-o', 'maps/a.png', '--engine', 'wasm'], { cwd, createScorer })
  expect(run).toMatchObject({ stdout: 'a.png: 31.3 poor\nMap: maps/a.png\n', stderr: '', exitCode: 0 })
  expect(await readFile(join(cwd, 'maps/a.png'), 'utf8')).toBe('a heat map')
  expect(made[0]).toMatchObject({ options: { engine: 'wasm' }, disposed: true })
})

test('the image is looked at as the configuration says, or else the flags', async () => {
  const config = { background: '#000', maxPixels: 65_536 }
  const cwd = await tree({ 'a.png': '50', 'diqa.config.json': JSON.stringify(config) })
  const { createScorer, made } = fakeScorers()
  await diqa(['explain', 'a.png', '-o', 'm.png', '--background', '#111'], { cwd, createScorer })
  expect(made[0]!.options).toEqual({ background: '#111', maxPixels: 65_536 })
})

test.each(['a.png', 'link.png'])('the image is not replaced by its map, by way of a link either: %s', async (image) => {
  const cwd = await tree({ 'a.png': '50' })
  await symlink(join(cwd, 'a.png'), join(cwd, 'link.png'))
  const output = image === 'a.png' ? 'link.png' : 'a.png'
  const run = await diqa(['explain', image, '-o', output], { cwd, ...fakeScorers() })
  expect(run.stderr).toBe(`diqa: Expected another file than the image for --output but received "${output}".\n`)
  expect(await readFile(join(cwd, 'a.png'), 'utf8')).toBe('50')
})

test('--silent prints nothing', async () => {
  const cwd = await tree({ 'a.png': '50' })
  const run = await diqa(['explain', 'a.png', '-o', 'm.png', '--silent'], { cwd, ...fakeScorers() })
  expect(run).toMatchObject({ stdout: '', stderr: '', exitCode: 0 })
})

test.each([
  ['skip', 'a.png: Expected 64 pixels'],
  ['broken', 'a.png: Expected a whole image'],
  ['throw', 'boom (a fault of diqa; set DEBUG=diqa for the stack)'],
])('an image without a score has no map: %s', async (content, sentence) => {
  const cwd = await tree({ 'a.png': content })
  const { createScorer, made } = fakeScorers()
  const run = await diqa(['explain', 'a.png', '-o', 'm.png'], { cwd, createScorer })
  expect(run).toMatchObject({ stdout: '', stderr: `diqa: ${sentence}\n`, exitCode: 2 })
  expect(made[0]!.disposed).toBe(true)
})

test.each([
  [[], 'Expected an image for "diqa explain" but received none.'],
  [['a.png', 'b.png', '-o', 'm.png'], 'Expected one image for "diqa explain" but received 2.'],
  [['a.png'], 'Expected the file to write for "diqa explain" (--output MAP.png) but received none.'],
  [['a.png', '-o', 'm.jpg'], 'Expected a name that ends in .png for --output but received "m.jpg".'],
  [['a.png', '-o', './a.png'], 'Expected another file than the image for --output but received "./a.png".'],
  [
    ['a.png', '-o', 'm.png', '--concurrency', '2'],
    'Expected a flag of "diqa explain" but received "--concurrency"; "diqa explain --help" lists them.',
  ],
])('%j', async (args, sentence) => {
  const cwd = await tree({ 'a.png': '50' })
  const run = await diqa(['explain', ...args], { cwd, ...fakeScorers() })
  expect(run).toMatchObject({ stdout: '', stderr: `diqa: ${sentence}\n`, exitCode: 2 })
})
