import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const NAME = '@diqa/core'

/**
 * This package's folder, from which the weights and the worker are read.
 *
 * Where a bundler has copied our code into a user's file, `import.meta.url` is that file's (or nothing, in CommonJS):
 * the package is then looked up as that file, or the working directory, would.
 */
export function packageFolder(): string {
  const here: string | undefined = import.meta.url
  const starts = [here?.startsWith('file:') ? fileURLToPath(here) : undefined, join(process.cwd(), 'index.js')].filter(
    (start) => start !== undefined,
  )
  for (const start of starts) {
    const folder = folderOf(start, NAME) ?? resolved(start)
    if (folder) return folder
  }
  throw new Error(`Expected the package ${NAME} to be installed near ${starts.join(' or ')} but found none.`)
}

/** The folder of the package of that name that a file belongs to. */
export function folderOf(file: string, name: string): string | undefined {
  for (let folder = dirname(file); ; folder = dirname(folder)) {
    const manifest = join(folder, 'package.json')
    if (existsSync(manifest) && nameIn(manifest) === name) return folder
    if (folder === dirname(folder)) return undefined
  }
}

/** The name in a manifest; none in a stranger's that is not even JSON, as templates of packages are. */
function nameIn(manifest: string): unknown {
  try {
    return JSON.parse(readFileSync(manifest, 'utf8')).name
  } catch {
    return undefined
  }
}

function resolved(file: string): string | undefined {
  try {
    return dirname(createRequire(pathToFileURL(file)).resolve(`${NAME}/package.json`))
  } catch {
    return undefined
  }
}
