import { copyFile, mkdir, mkdtemp, readFile, realpath, rename, rm, symlink, utimes, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Report } from '@diqa/gate'
import { onTestFinished } from 'vitest'

const IMAGES = fileURLToPath(new URL('../../../../fixtures/images/', import.meta.url))
const PACKAGE = fileURLToPath(new URL('../..', import.meta.url))

/** A user's project in a folder of its own, gone when the test is over. */
export interface Project {
  root: string
  at(file: string): string
  write(file: string, content: string): Promise<void>
  /** Copies an image of the fixtures. */
  image(file: string, fixture: string): Promise<void>
  read(file: string): Promise<string>
  /** Reads what the plugin was told to report. */
  report(file?: string): Promise<Report>
}

/** Makes a project of text files, and of images by the fixtures' names. */
export async function project(files: Record<string, string>, images: Record<string, string> = {}): Promise<Project> {
  const root = await realpath(await mkdtemp(join(tmpdir(), 'diqa site ')))
  onTestFinished(() => rm(root, { recursive: true, force: true, maxRetries: 5 }))
  const at = (file: string) => join(root, file)
  const write = async (file: string, content: string) => {
    await mkdir(dirname(at(file)), { recursive: true })
    await writeFile(at(file), content)
  }
  const image = async (file: string, fixture: string) => {
    await mkdir(dirname(at(file)), { recursive: true })
    // At once: a watcher must not see half of it.
    await copyFile(join(IMAGES, fixture), at(`${file}.new`))
    await rename(at(`${file}.new`), at(file))
  }
  const read = (file: string) => readFile(at(file), 'utf8')
  await write('package.json', '{ "name": "site", "private": true, "type": "module" }')
  for (const [file, content] of Object.entries(files)) await write(file, content)
  for (const [file, fixture] of Object.entries(images)) await image(file, fixture)
  // Watchers build a second time for what was written just before they began.
  const past = new Date(Date.now() - 60_000)
  for (const file of ['package.json', ...Object.keys(files), ...Object.keys(images)]) await utimes(at(file), past, past)
  return { root, at, write, image, read, report: async (file = 'diqa.json') => JSON.parse(await read(file)) }
}

/** Installs packages that this package has, and this package. */
export async function install({ at }: Project, ...names: string[]): Promise<void> {
  for (const name of names) {
    await mkdir(dirname(at(`node_modules/${name}`)), { recursive: true })
    const from = name === 'unplugin-diqa' ? PACKAGE : join(PACKAGE, 'node_modules', name)
    await symlink(from, at(`node_modules/${name}`), 'junction')
  }
}

/** Rows of a report without what differs from model to model. */
export function rows({ images }: Report): string[] {
  return images.map(({ path, output, status }) => `${path} → ${output ?? 'inlined'}: ${status}`)
}
