import { execFile } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters as plain } from 'node:util'
import type { Report } from '@diqa/gate'
import { afterAll, onTestFinished } from 'vitest'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const fixture = (name: string) => at(`../../../../fixtures/images/${name}`)

export interface Project {
  root: string
  at(name: string): string
  report(name?: string): Promise<Report>
  /** Puts a copy of a fixture there, at once: a watcher must not see a moment without it. */
  replace(name: string, by: string): Promise<void>
  /** Runs a script of the project. */
  node(script: string): Promise<{ code: number; stdout: string; stderr: string }>
}

/** Scores that all projects of a file share, unless they are `cold`: starting threads takes most of a build's time. */
let warm: Promise<string> | undefined
afterAll(async () => {
  if (warm) await rm(await warm, { recursive: true, force: true })
})

/**
 * A project with an esbuild of its own, gone when the test is over.
 *
 * @param files their texts; of images, the fixtures that they are copies of
 */
export async function esbuildProject(
  files: Record<string, string>,
  { cold = false }: { cold?: boolean } = {},
): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'diqa esbuild '))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await mkdir(join(root, 'node_modules'))
  await symlink(at('../../node_modules/esbuild'), join(root, 'node_modules/esbuild'), 'junction')
  await symlink(at('../..'), join(root, 'node_modules/unplugin-diqa'), 'junction')
  if (!cold) {
    warm ??= mkdtemp(join(tmpdir(), 'diqa warm '))
    await symlink(await warm, join(root, 'node_modules/.cache'), 'junction')
  }
  await writeFile(join(root, 'package.json'), '{ "name": "site", "private": true, "type": "module" }')
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    if (/\.(js|css)$/.test(name)) await writeFile(join(root, name), text)
    else await cp(fixture(text), join(root, name))
  }
  return {
    root,
    at: (name) => join(root, name),
    report: async (name = 'report.json') => JSON.parse(await readFile(join(root, name), 'utf8')),
    replace: async (name, by) => {
      await cp(fixture(by), join(root, `${name}.new`))
      await rename(join(root, `${name}.new`), join(root, name))
    },
    node: (script) => execute([join(root, script)], root),
  }
}

function execute(args: string[], cwd: string): ReturnType<Project['node']> {
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env: { ...process.env, NODE_OPTIONS: '' } }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout: plain(stdout), stderr: plain(stderr) }),
    )
  })
}
