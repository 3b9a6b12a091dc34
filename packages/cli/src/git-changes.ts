import { execFile } from 'node:child_process'
import { realpath } from 'node:fs/promises'
import { resolve } from 'node:path'
import { promisify } from 'node:util'
import { CliError } from './cli-error.js'

const execute = promisify(execFile)

/** Names given to one process of Git: well below what a command line can hold. */
const BATCH = 200

/**
 * Which of the files differ from the merge base of HEAD and a commit: committed, staged, edited or untracked. One whose
 * bytes the merge base has under any name does not differ: it was renamed or copied.
 *
 * @param files absolute
 * @throws CliError outside a repository, for a commit that is not there, or without a merge base
 */
export async function changedSince(ref: string, files: readonly string[], cwd: string): Promise<string[]> {
  const git = gitIn(cwd)
  const top = await topOf(git)
  const base = await mergeBase(git, ref)
  const atTop = told(gitIn(top))
  const [changed, untracked, blobs] = await Promise.all([
    atTop(['diff', '--name-only', '-z', '--no-renames', '--diff-filter=d', '--ignore-submodules', base, '--']),
    atTop(['ls-files', '--others', '--exclude-standard', '-z']),
    blobsOf(atTop, base),
  ])
  const candidates = new Set([...names(changed), ...names(untracked)].map((name) => resolve(top, name)))
  // Git says where the folder really is; we may have come by a link.
  const real = await Promise.all(files.map((file) => realpath(file).catch(() => file)))
  const differing = files.filter((file, i) => candidates.has(file) || candidates.has(real[i]!))
  const digests = await digestsOf(atTop, differing)
  return differing.filter((_, i) => !blobs.has(digests[i]!))
}

type Git = (args: string[]) => Promise<string>

function gitIn(cwd: string): Git {
  return async (args) => {
    const { stdout } = await execute('git', args, { cwd, maxBuffer: 2 ** 30, encoding: 'utf8' })
    return stdout
  }
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

async function blobsOf(git: Git, commit: string): Promise<Set<string>> {
  const entries = names(await git(['ls-tree', '-r', '-z', '--full-tree', commit]))
  // mode SP type SP digest TAB path
  return new Set(entries.map((entry) => entry.split('\t', 1)[0]!.split(' ')[2]!))
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
