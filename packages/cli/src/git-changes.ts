import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { resolve, sep } from 'node:path'
import { promisify } from 'node:util'
import { CliError } from './cli-error.js'

const execute = promisify(execFile)

/** Names given to one process of Git: well below what a command line can hold. */
const BATCH = 200

/**
 * Which of the files differ from the merge base of HEAD and a commit: committed, staged, edited, untracked or ignored. One whose
 * bytes the merge base has under any name does not differ: it was renamed or copied. Those of a submodule are held against
 * the commit of it that the merge base has.
 *
 * @param files absolute
 * @throws CliError outside a repository, for a commit that is not there, or without a merge base
 */
export async function changedSince(ref: string, files: readonly string[], cwd: string): Promise<string[]> {
  const git = gitIn(cwd)
  const top = await topOf(git)
  const base = await mergeBase(git, ref)
  // Git says where the folder really is; we may have come by a link.
  const real = await Promise.all(files.map((path) => realpath(path).catch(() => path)))
  const placed = files.map((path, i) => ({ path, real: real[i]! }))
  const changed = await changedFrom(base, placed, top, gitIn(top))
  return files.filter((path) => changed.has(path))
}

interface File {
  path: string
  real: string
}

/** @returns of those files that are in the repository at the folder `top`, or a submodule of it, the paths of what differs */
async function changedFrom(base: string, files: readonly File[], top: string, inTop: Git): Promise<Set<string>> {
  const git = told(inTop)
  const [changed, staged, { blobs, commits }] = await Promise.all([
    git(['diff', '--name-only', '-z', '--no-renames', '--diff-filter=d', '--ignore-submodules', base, '--']),
    stagedIn(git),
    objectsOf(git, base),
  ])
  const submodules = staged.submodules.map((name) => {
    const folder = resolve(top, name)
    return { name, folder, inside: files.filter(({ real }) => real.startsWith(`${folder}${sep}`)) }
  })
  const ofSubmodules = new Set(submodules.flatMap(({ inside }) => inside))
  const candidates = new Set(names(changed).map((name) => resolve(top, name)))
  // Git has no say in what it does not know: what a build writes is ignored, as a rule, and may well be new.
  const known = new Set(staged.files.map((name) => resolve(top, name)))
  const differing = files
    .filter(({ path, real }) => candidates.has(path) || candidates.has(real) || !(known.has(path) || known.has(real)))
    .filter((file) => !ofSubmodules.has(file))
    .map(({ path }) => path)
  const digests = await digestsOf(git, differing)
  const found = new Set(differing.filter((_, i) => !blobs.has(digests[i]!)))
  for (const { name, folder, inside } of submodules) {
    if (inside.length === 0) continue
    const commit = commits.get(name) ?? (await git(['hash-object', '-t', 'tree', '/dev/null'])).trim()
    const inFolder = gitInSubmodule(folder)
    await expectCommit(commit, name, inFolder)
    for (const path of await changedFrom(commit, inside, folder, inFolder)) found.add(path)
  }
  return found
}

type Git = (args: string[]) => Promise<string>

function gitIn(cwd: string, env = process.env): Git {
  return async (args) => {
    const { stdout } = await execute('git', args, { cwd, env, maxBuffer: 2 ** 30, encoding: 'utf8' })
    return stdout
  }
}

/** Hooks are told the index and the folder of their repository, which are none of a submodule's. */
function gitInSubmodule(folder: string): Git {
  const local = /^GIT_(DIR|COMMON_DIR|WORK_TREE|PREFIX|INDEX_FILE|OBJECT_DIRECTORY|ALTERNATE_OBJECT_DIRECTORIES)$/
  return gitIn(folder, Object.fromEntries(Object.entries(process.env).filter(([name]) => !local.test(name))))
}

/** A filter that is not installed, say, or a file that has gone meanwhile: nothing that we could have known. */
function told(git: Git): Git {
  return (args) =>
    git(args).catch((error) => {
      throw new CliError(`Expected Git to tell what has changed for --since but ${reasonOf(error)}.`, { cause: error })
    })
}

async function topOf(git: Git): Promise<string> {
  try {
    return (await git(['rev-parse', '--show-toplevel'])).replace(/\r?\n$/, '')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') throw new CliError('Expected Git for --since but there is no program "git".')
    throw new CliError(`Expected a Git repository for --since but ${reasonOf(error)}.`)
  }
}

async function mergeBase(git: Git, ref: string): Promise<string> {
  const commit = await git(['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]).catch(() => '')
  if (commit === '') {
    throw new CliError(
      `Expected a commit, a branch or a tag for --since but received "${ref}", which is not in this repository${await fetchHint(git)}.`,
    )
  }
  const base = await git(['merge-base', commit.trim(), 'HEAD']).catch(() => '')
  if (base !== '') return base.trim()
  throw new CliError(
    `Expected "${ref}" and HEAD to have a commit in common for --since but there is none${await fetchHint(git)}.`,
  )
}

async function fetchHint(git: Git): Promise<string> {
  const shallow = await git(['rev-parse', '--is-shallow-repository']).catch(() => '')
  if (shallow.trim() !== 'true') return ''
  return ': the clone is shallow; fetch all of it ("fetch-depth: 0" for actions/checkout, "git fetch --unshallow" elsewhere)'
}

/** The digests of a commit's files, and the commits of its submodules by name. */
async function objectsOf(git: Git, commit: string): Promise<{ blobs: Set<string>; commits: Map<string, string> }> {
  const blobs = new Set<string>()
  const commits = new Map<string, string>()
  for (const entry of names(await git(['ls-tree', '-r', '-z', '--full-tree', commit]))) {
    const [, type, digest, name] = /^\d+ (\w+) (\w+)\t(.*)$/s.exec(entry)!
    if (type === 'commit') commits.set(name!, digest!)
    else blobs.add(digest!)
  }
  return { blobs, commits }
}

/** The names of what Git knows now. */
async function stagedIn(git: Git): Promise<{ files: string[]; submodules: string[] }> {
  const entries = names(await git(['ls-files', '--stage', '-z']))
  const isSubmodule = (entry: string) => entry.startsWith('160000 ')
  const nameOf = (entry: string) => entry.slice(entry.indexOf('\t') + 1)
  return {
    files: entries.filter((entry) => !isSubmodule(entry)).map(nameOf),
    submodules: entries.filter(isSubmodule).map(nameOf),
  }
}

async function expectCommit(commit: string, submodule: string, git: Git): Promise<void> {
  const isThere = await git(['cat-file', '-e', commit]).then(
    () => true,
    () => false,
  )
  if (isThere) return
  throw new CliError(
    `Expected the commit ${commit.slice(0, 12)} in the submodule "${submodule}" for --since but it is not there${await fetchHint(git)}.`,
  )
}

/** As Git would store them: through its filters, so that line ends and Git LFS make no difference. */
async function digestsOf(git: Git, files: readonly string[]): Promise<string[]> {
  const digests: string[] = []
  for (let i = 0; i < files.length; i += BATCH) {
    const batch = files.slice(i, i + BATCH)
    const text = await git(['hash-object', '--', ...batch])
    digests.push(...text.trim().split('\n'))
  }
  return digests
}

function names(list: string): string[] {
  return list.split('\0').filter((name) => name !== '')
}

function reasonOf(error: unknown): string {
  const { stderr = '', message } = error as Error & { stderr?: string }
  const lines = stderr.split('\n').filter((text) => text !== '')
  // What a filter or a hint says comes before it.
  const line = lines.find((text) => text.startsWith('fatal: ')) ?? lines[0] ?? message
  return line.includes('not a git repository') ? 'there is none here' : `Git says "${line.replace(/^fatal: /, '')}"`
}
