import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { UsageError } from '../src/usage-error.js'
import { openWebgpu } from '../src/webgpu.js'
import { temporary } from './tiny.js'

const lacking = (name: string) =>
  `Expected the package ${name}, for --engine webgpu, but it is not installed: the README of @diqa/training says how.`

test('without its packages, it says in one sentence which one is missing', async () => {
  const folder = await temporary()
  await expect(openWebgpu([folder])).rejects.toThrow(new UsageError(lacking('webgpu')))
  for (const name of ['webgpu', '@tensorflow/tfjs-backend-webgpu']) await install(folder, name)
  await expect(openWebgpu([folder])).rejects.toThrow(new UsageError(lacking('@tensorflow/tfjs-layers')))
})

test('where no driver has a GPU, it says so in one sentence', async () => {
  const folder = await temporary()
  await install(
    folder,
    'webgpu',
    'module.exports = { create: () => ({ requestAdapter: async () => null }), globals: {} }',
  )
  for (const name of ['tfjs-backend-webgpu', 'tfjs-layers']) await install(folder, `@tensorflow/${name}`)
  await expect(openWebgpu([folder])).rejects.toThrow(
    new UsageError('Expected a GPU for WebGPU but there is none whose driver it can use.'),
  )
})

/** A package of the test's own: a CommonJS module's text. */
async function install(folder: string, name: string, text = ''): Promise<void> {
  const home = join(folder, 'node_modules', name)
  await mkdir(home, { recursive: true })
  await writeFile(join(home, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
  await writeFile(join(home, 'index.js'), text)
}
