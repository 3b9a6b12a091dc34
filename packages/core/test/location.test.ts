import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { packageFolder } from '../src/location.js'
import { runModule } from './support/child.js'
import { built, temporaryFolder } from './support/files.js'

const core = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '')

test('is this package’s folder, in sources and built', async () => {
  expect(packageFolder()).toBe(core)
  const { packageFolder: ofBuilt } = await import(built('location.js').href)
  expect(ofBuilt()).toBe(core)
})

/** What our code finds when a bundler has copied it into a file of that folder. */
async function foundFrom(folder: string) {
  const { readFile } = await import('node:fs/promises')
  const file = join(folder, 'bundle.mjs')
  await writeFile(file, await readFile(built('location.js')))
  return runModule(
    `process.chdir(process.argv[2])
    const { packageFolder } = await import(process.argv[1])
    try { console.log(packageFolder()) } catch (error) { console.log(error.message) }`,
    { args: [file, folder] },
  )
}

test('is found in node_modules when the code was copied, past a stranger’s broken package.json', async () => {
  const root = await temporaryFolder()
  const installed = join(root, 'node_modules', '@diqa', 'core')
  await mkdir(installed, { recursive: true })
  await writeFile(join(installed, 'package.json'), '{ "name": "@diqa/core", "version": "1.0.0" }')
  const folder = join(root, 'out')
  await mkdir(folder)
  await writeFile(join(root, 'package.json'), '{{ template }}')
  await writeFile(join(folder, 'package.json'), '{}')
  expect((await foundFrom(folder)).stdout.trim()).toMatch(/[\\/]node_modules[\\/]@diqa[\\/]core$/)
})

test('that is nowhere is said', async () => {
  const folder = await temporaryFolder()
  expect((await foundFrom(folder)).stdout.trim()).toBe(
    `Expected the package @diqa/core to be installed near ${join(folder, 'bundle.mjs')} or ${join(folder, 'index.js')} but found none.`,
  )
})
