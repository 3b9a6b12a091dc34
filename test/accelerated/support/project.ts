import { existsSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { onTestFinished, type TestContext } from 'vitest'

const here = fileURLToPath(new URL('..', import.meta.url))
/** What `pnpm --filter @diqa/training run setup` makes. */
const tfjsNode = fileURLToPath(new URL('../../../packages/training/.tfjs-node', import.meta.url))

/** A user's project that has installed some accelerators. Gone when the test is over. */
export async function projectWith(...packages: string[]): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'diqa accelerated '))
  onTestFinished(() => rm(folder, { recursive: true, force: true }))
  await writeFile(join(folder, 'package.json'), '{ "private": true }')
  await mkdir(join(folder, 'node_modules'))
  for (const name of packages) {
    const link = join(folder, 'node_modules', name)
    await mkdir(dirname(link), { recursive: true })
    await symlink(folderOf(name), link, 'junction')
  }
  return folder
}

function folderOf(name: string): string {
  return [here, tfjsNode].map((root) => join(root, 'node_modules', name)).find(existsSync) ?? join(here, 'nowhere')
}

/** Adds a package of the test's own to a project: a CommonJS module's text. */
export async function addPackage(project: string, name: string, text: string): Promise<void> {
  const folder = join(project, 'node_modules', name)
  await mkdir(folder, { recursive: true })
  await writeFile(join(folder, 'package.json'), JSON.stringify({ name, version: '1.0.0', main: 'index.js' }))
  await writeFile(join(folder, 'index.js'), text)
}

/** Makes a project the working directory until the test is over. */
export function workIn(project: string): void {
  const before = process.cwd()
  process.chdir(project)
  onTestFinished(() => process.chdir(before))
}

/** Skips a test that needs a package which is not there. */
export function need(context: TestContext, name: string): void {
  if (folderOf(name).endsWith('nowhere'))
    context.skip(`${name} is not installed: run "pnpm --filter @diqa/training run setup".`)
}

const swiftShader = '/usr/lib/chromium'

/** Variables by which a process has Chromium's GPU in software, as Debian's package ships it. Skips where it is absent. */
export function softwareGpu(context: TestContext): Record<string, string> {
  const driver = join(swiftShader, 'vk_swiftshader_icd.json')
  if (!existsSync(driver)) context.skip('There is no GPU in software: Debian’s package chromium has one.')
  return {
    VK_DRIVER_FILES: driver,
    VK_ICD_FILENAMES: driver,
    LD_LIBRARY_PATH: swiftShader,
    XDG_RUNTIME_DIR: tmpdir(),
  }
}
