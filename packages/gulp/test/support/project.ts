import { execFile, spawn } from 'node:child_process'
import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { stripVTControlCharacters as plain } from 'node:util'
import { afterAll, onTestFinished } from 'vitest'

const at = (path: string) => fileURLToPath(new URL(path, import.meta.url))

export const fixture = (name: string) => at(`../../../../fixtures/images/${name}`)

/** The versions of gulp that are tested. */
export type Gulp = 'gulp4' | 'gulp5'

export interface Project {
  root: string
  /** Runs the gulp of the project. */
  gulp(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }>
  read(name: string): Promise<string>
  /** Starts it and leaves it running until the test is over. */
  start(): { said(): string }
}

/** What a project's images are: their names, each with the fixture it is a copy of. */
export type Images = Record<string, string>

/** Scores that all projects of a file share, unless they are `cold`: starting threads takes most of a run's time. */
let warm: Promise<string> | undefined
afterAll(async () => {
  if (warm) await rm(await warm, { recursive: true, force: true })
})

/** A project with a gulp of its own, gone when the test is over. */
export async function project(
  version: Gulp,
  { images, gulpfile, cold = false }: { images?: Images; gulpfile?: string; cold?: boolean },
): Promise<Project> {
  const root = await mkdtemp(join(tmpdir(), 'diqa gulp '))
  onTestFinished(() => rm(root, { recursive: true, force: true }))
  await mkdir(join(root, 'node_modules'))
  await symlink(at(`../../node_modules/${version}`), join(root, 'node_modules/gulp'), 'junction')
  await symlink(at('../..'), join(root, 'node_modules/gulp-diqa'), 'junction')
  if (!cold) {
    warm ??= mkdtemp(join(tmpdir(), 'diqa warm '))
    await symlink(await warm, join(root, 'node_modules/.cache'), 'junction')
  }
  await writeFile(join(root, 'package.json'), '{ "name": "site", "private": true }')
  for (const [name, source] of Object.entries(images ?? {})) {
    await mkdir(dirname(join(root, name)), { recursive: true })
    await cp(fixture(source), join(root, name))
  }
  if (gulpfile) await writeFile(join(root, 'gulpfile.js'), gulpfile)
  const gulpBin = join(root, 'node_modules/gulp/bin/gulp.js')
  return {
    root,
    gulp: (...args) => execute([gulpBin, ...args], root),
    start() {
      const child = spawn(process.execPath, [gulpBin], { cwd: root })
      onTestFinished(() => void child.kill())
      let said = ''
      for (const stream of [child.stdout, child.stderr]) {
        stream.on('data', (text) => {
          said += text
        })
      }
      return { said: () => plain(said) }
    },
    read: (name) => readFile(join(root, name), 'utf8'),
  }
}

function execute(args: string[], cwd: string): ReturnType<Project['gulp']> {
  const env = { ...process.env, NO_COLOR: '1', NODE_OPTIONS: '' }
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd, env }, (error, stdout, stderr) =>
      resolve({ code: error ? Number(error.code) : 0, stdout: plain(stdout), stderr: plain(stderr) }),
    )
  })
}
