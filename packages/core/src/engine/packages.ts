import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { folderOf, packageFolder } from '../location.js'

/** A package that a user may have installed. */
export interface Installed {
  /** The file that `require` loads. */
  file: string
  version: string
}

/**
 * Looks an optional peer up.
 *
 * @param folders whose packages to look at, in this order. Default: as this package would, then the working directory:
 *   strict package managers show it to the project alone
 */
export function findPackage(
  name: string,
  folders: readonly string[] = [packageFolder(), process.cwd()],
): Installed | undefined {
  for (const folder of folders) {
    try {
      const file = createRequire(join(folder, 'package.json')).resolve(name)
      const manifest = join(folderOf(file, name)!, 'package.json')
      return { file, version: String(JSON.parse(readFileSync(manifest, 'utf8')).version) }
    } catch {
      // Not there: the next folder may have it.
    }
  }
  return undefined
}

/** Loads an optional peer. @throws Error when it is not installed, or cannot be loaded */
export function requirePackage<T>(name: string, folders?: readonly string[]): T {
  const found = findPackage(name, folders)
  if (!found) throw new Error(`Expected the package ${name} but it is not installed.`)
  return createRequire(found.file)(found.file)
}
