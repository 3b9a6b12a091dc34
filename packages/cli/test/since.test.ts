import { execFileSync } from 'node:child_process'
import { mkdir, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { expect, onTestFinished, test, vi } from 'vitest'
import { diqa } from './support/fake-process.js'
import { fakeScorers } from './support/fake-scorer.js'
import { tree } from './support/tree.js'

const identity = ['-c', 'user.name=a', '-c', 'user.email=a@example.org', '-c', 'commit.gpgsign=false']
const git = (cwd: string, ...args: string[]) =>
  execFileSync('git', [...identity, ...args], { cwd, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })

function commit(cwd: string, message = 'x') {
  git(cwd, 'add', '-A')
  git(cwd, 'commit', '-qm', message)
}

/** A repository with one commit on the branch main. */
async function repository(files: Record<string, string>) {
  const cwd = await tree({ '.gitignore': 'node_modules\n', ...files })
  git(cwd, 'init', '-q', '-b', 'main')
  commit(cwd)
  return cwd
}

async function since(cwd: string, ref: string, ...args: string[]) {
  const run = await diqa(['check', '--format', 'json', '--since', ref, ...args], { cwd, ...fakeScorers() })
  const paths = run.stdout && JSON.parse(run.stdout).images.map(({ path }: { path: string }) => path)
  return { ...run, paths }
}

test('what was committed, staged, edited or is untracked since the merge base', async () => {
  const cwd = await repository({ 'a.png': '60', 'b.png': '61', 'c.png': '62', 'gone.png': '63' })
  git(cwd, 'checkout', '-qb', 'feature')
  await writeFile(join(cwd, 'a.png'), '70')
  commit(cwd)
  // What main does meanwhile is none of the branch's doing.
  git(cwd, 'checkout', '-q', 'main')
  await writeFile(join(cwd, 'c.png'), '99')
  commit(cwd)
  git(cwd, 'checkout', '-q', 'feature')
  await writeFile(join(cwd, 'b.png'), '71')
  await writeFile(join(cwd, 'staged é\n.png'), '72')
  git(cwd, 'add', 'staged é\n.png')
  await writeFile(join(cwd, 'untracked.png'), '73')
  await rm(join(cwd, 'gone.png'))
  const run = await since(cwd, 'main')
  expect(run.paths).toEqual(['a.png', 'b.png', 'staged é\n.png', 'untracked.png'])
  expect(run.exitCode).toBe(0)
  expect((await since(cwd, 'main', 'a.png', 'c.png')).paths).toEqual(['a.png'])
})

test('what Git ignores, as the output of a build, is not taken for unchanged', async () => {
  const cwd = await repository({ '.gitignore': 'dist\n', 'a.png': '60' })
  await mkdir(join(cwd, 'dist'))
  await writeFile(join(cwd, 'dist', 'new.png'), '10')
  await writeFile(join(cwd, 'dist', 'copy.png'), '60')
  expect(await since(cwd, 'main', 'dist')).toMatchObject({ exitCode: 1, paths: ['dist/new.png'] })
})

test('a renamed or copied image with the same bytes is not new', async () => {
  const cwd = await repository({ 'a.png': '60', 'b.png': '61' })
  await mkdir(join(cwd, 'moved'))
  await rename(join(cwd, 'a.png'), join(cwd, 'moved/a.png'))
  await writeFile(join(cwd, 'copy.png'), '61')
  await writeFile(join(cwd, 'moved/new.png'), '62')
  expect((await since(cwd, 'HEAD')).paths).toEqual(['moved/new.png'])
})

test('nothing that changed is fine', async () => {
  const cwd = await repository({ 'a.png': '1' })
  expect(await since(cwd, 'HEAD')).toMatchObject({ paths: [], exitCode: 0, stderr: '' })
})

test('in a package below the top, and by a link to it', async () => {
  const cwd = await repository({ 'site/package.json': '{}', 'site/a.png': '60', 'other.png': '60' })
  await writeFile(join(cwd, 'site/a.png'), '70')
  await writeFile(join(cwd, 'other.png'), '70')
  expect((await since(join(cwd, 'site'), 'HEAD')).paths).toEqual(['a.png'])
  await symlink(join(cwd, 'site'), join(cwd, 'link'))
  expect((await since(join(cwd, 'link'), 'HEAD')).paths).toEqual(['a.png'])
})

test('in a submodule, what differs from its commit at the merge base', async () => {
  const library = await repository({ 'old.png': '60', 'edited.png': '61' })
  const cwd = await repository({ 'a.png': '62' })
  const addSubmodule = (name: string) =>
    git(cwd, '-c', 'protocol.file.allow=always', 'submodule', 'add', '-q', library, name)
  addSubmodule('img')
  commit(cwd)
  git(cwd, 'checkout', '-qb', 'feature')
  expect((await since(cwd, 'main')).paths).toEqual([])
  await writeFile(join(cwd, 'img/edited.png'), '71')
  await writeFile(join(cwd, 'img/committed.png'), '72')
  commit(join(cwd, 'img'))
  commit(cwd)
  await writeFile(join(cwd, 'img/untracked.png'), '73')
  addSubmodule('more')
  const paths = ['img/committed.png', 'img/edited.png', 'img/untracked.png', 'more/edited.png', 'more/old.png']
  expect((await since(cwd, 'main')).paths).toEqual(paths)
  // As in a hook.
  vi.stubEnv('GIT_INDEX_FILE', '.git/index')
  onTestFinished(() => void vi.unstubAllEnvs())
  expect((await since(cwd, 'main')).paths).toEqual(paths)
  vi.unstubAllEnvs()

  await rm(join(cwd, 'img'), { recursive: true })
  git(cwd, 'rm', '-qrf', '--cached', 'more')
  const shallow = ['clone', '-q', '--depth', '1', pathToFileURL(join(cwd, '.git/modules/img')).href, join(cwd, 'img')]
  git(cwd, ...shallow)
  expect((await since(cwd, 'main')).stderr).toMatch(
    /^diqa: Expected the commit \w{12} in the submodule "img" for --since but it is not there: the clone is shallow; fetch all/,
  )
})

test('a commit that is not there', async () => {
  const cwd = await repository({ 'a.png': '60' })
  const run = await diqa(['check', '--since=--all'], { cwd, ...fakeScorers() })
  expect(run).toMatchObject({ exitCode: 2, stdout: '' })
  expect(run.stderr).toContain('received "--all", which is not in this repository')
  expect((await since(cwd, 'nowhere')).stderr).toBe(
    'diqa: Expected a commit, a branch or a tag for --since but received "nowhere", which is not in this repository.\n',
  )
})

test('a shallow clone', async () => {
  const origin = await repository({ 'a.png': '60' })
  git(origin, 'checkout', '-qb', 'feature')
  await writeFile(join(origin, 'a.png'), '70')
  commit(origin)
  git(origin, 'checkout', '-q', 'main')
  await writeFile(join(origin, 'b.png'), '70')
  commit(origin)
  const cwd = await tree({})
  const clone = join(cwd, 'clone')
  git(cwd, 'clone', '-q', '--depth', '1', '-b', 'feature', pathToFileURL(origin).href, clone)
  expect((await since(clone, 'origin/main')).stderr).toBe(
    'diqa: Expected a commit, a branch or a tag for --since but received "origin/main", which is not in this repository: the clone is shallow; fetch all of it ("fetch-depth: 0" for actions/checkout, "git fetch --unshallow" elsewhere).\n',
  )
  git(clone, 'fetch', '-q', '--depth', '1', 'origin', 'main')
  expect((await since(clone, 'FETCH_HEAD')).stderr).toBe(
    'diqa: Expected "FETCH_HEAD" and HEAD to have a commit in common for --since but there is none: the clone is shallow; fetch all of it ("fetch-depth: 0" for actions/checkout, "git fetch --unshallow" elsewhere).\n',
  )
})

test('histories that never met', async () => {
  const cwd = await repository({ 'a.png': '60' })
  git(cwd, 'checkout', '-q', '--orphan', 'island')
  commit(cwd, 'of its own')
  expect((await since(cwd, 'main')).stderr).toBe(
    'diqa: Expected "main" and HEAD to have a commit in common for --since but there is none.\n',
  )
})

test('a filter that fails, as that of Git LFS where it is not installed', async () => {
  const cwd = await repository({ '.gitattributes': '*.png filter=lfs' })
  git(cwd, 'config', 'filter.lfs.clean', 'exit 1')
  git(cwd, 'config', 'filter.lfs.required', 'true')
  await writeFile(join(cwd, 'a.png'), '60')
  expect(await since(cwd, 'main')).toMatchObject({
    exitCode: 2,
    stderr: `diqa: Expected Git to tell what has changed for --since but Git says "${join(cwd, 'a.png')}: clean filter 'lfs' failed".\n`,
  })
})

test('outside a repository', async () => {
  const cwd = await tree({ 'a.png': '60' })
  expect(await since(cwd, 'main')).toMatchObject({
    exitCode: 2,
    stderr: 'diqa: Expected a Git repository for --since but there is none here.\n',
  })
})
