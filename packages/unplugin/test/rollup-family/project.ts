import { spawn } from 'node:child_process'
import { copyFile, mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '@diqa/gate'
import { onTestFinished } from 'vitest'

const here = fileURLToPath(new URL('../..', import.meta.url))

/** An image of the fixtures, for {@link project}. */
export interface Fixture {
  fixture: string
}

/** Stands for an image in a project's files. */
export function image(fixture: string): Fixture {
  return { fixture }
}

/** Makes a project of text and images with `unplugin-diqa` and other packages of ours; gone when the test is over. */
export async function project(files: Record<string, string | Fixture>, ...packages: string[]): Promise<string> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'diqa site ')))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await write(root, { 'package.json': '{ "type": "module" }', ...files })
  await mkdir(join(root, 'node_modules'))
  await symlink(here, join(root, 'node_modules', 'unplugin-diqa'), 'junction')
  for (const name of packages) {
    await mkdir(dirname(join(root, 'node_modules', name)), { recursive: true })
    await symlink(join(here, 'node_modules', name), join(root, 'node_modules', name), 'junction')
  }
  return root
}

/** Writes files into a project. */
export async function write(root: string, files: Record<string, string | Fixture>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    const file = join(root, name)
    await mkdir(dirname(file), { recursive: true })
    if (typeof content === 'string') await writeFile(file, content)
    else await copyFile(join(here, '../../fixtures/images', content.fixture), file)
  }
}

/** The report that a build has written to `report.json`. */
export async function reportOf(root: string): Promise<Report> {
  return JSON.parse(await readFile(join(root, 'report.json'), 'utf8'))
}

/** Each image of a report as `source → output: status`, hashes left out. */
export function rows({ images }: Report): string[] {
  return images.map(({ path, output, status }) => {
    const named = output === undefined || output === path ? path : `${path} → ${output}`
    return `${named.replace(/-[\w-]{8}(?=\.\w+(?:#|$))/g, '').replace(/#[\da-f]{8}/, '#')}: ${status}`
  })
}

/** Runs a bundler's command in a project. */
export async function run(root: string, bundler: string, bin: string, ...args: string[]): Promise<Ended> {
  const command = join(here, 'node_modules', bundler, bin)
  const { NODE_ENV: _, VITEST: __, ...env } = process.env
  const child = spawn(process.execPath, [command, ...args], {
    cwd: root,
    env: { ...env, NO_COLOR: '1', ASTRO_TELEMETRY_DISABLED: '1' },
  })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (text) => (output += text))
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve))
  return { code, output }
}

/** How a command ended, and what it wrote. */
export interface Ended {
  code: number | null
  output: string
}
