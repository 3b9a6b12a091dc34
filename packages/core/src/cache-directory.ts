import { existsSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, join, resolve } from 'node:path'

type Environment = Record<string, string | undefined>

/**
 * Where what was found out is kept by default: `node_modules/.cache/diqa` of the package that a folder belongs to, as
 * find-cache-dir has it; without a package, the user's own cache folder.
 */
export function cacheDirectory(root: string, env: Environment = process.env, platform = process.platform): string {
  const manifest = packageAbove(resolve(root))
  return manifest === undefined ? join(userCache(env, platform), 'diqa') : join(manifest, 'node_modules/.cache/diqa')
}

function packageAbove(folder: string): string | undefined {
  if (existsSync(join(folder, 'package.json'))) return folder
  const parent = dirname(folder)
  return parent === folder ? undefined : packageAbove(parent)
}

function userCache({ XDG_CACHE_HOME, LOCALAPPDATA }: Environment, platform: string): string {
  if (platform === 'win32') return LOCALAPPDATA ?? join(homedir(), 'AppData/Local')
  if (platform === 'darwin') return join(homedir(), 'Library/Caches')
  return XDG_CACHE_HOME || join(homedir(), '.cache')
}
