import { existsSync } from 'node:fs'
import { dirname, join, posix, relative, resolve, sep } from 'node:path'

/** A report's path as the repository has it, with `/`. */
export function pathInRepository(path: string, folder = ''): string {
  return posix.join(folder, path)
}

/** The path of a folder from the top of its Git repository, with `/`; nothing at the top, or where there is none. */
export function folderInRepository(root: string): string {
  const from = resolve(root)
  const top = topAbove(from)
  return top === undefined ? '' : relative(top, from).split(sep).join('/')
}

/** A worktree and a submodule have a file by that name. */
function topAbove(folder: string): string | undefined {
  if (existsSync(join(folder, '.git'))) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : topAbove(parent)
}
