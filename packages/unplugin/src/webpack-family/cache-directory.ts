import { isAbsolute, join } from 'node:path'
import type { Compiler } from 'webpack'

/** What webpack and Rspack say of a cache on disk, the latter in version 1 as an experiment. */
interface CacheSettings {
  cacheDirectory?: unknown
  storage?: { directory?: unknown }
}

/** Our folder in the bundler's own, where it keeps a cache on disk. */
export function cacheDirectoryOf({ options }: Compiler): string | undefined {
  const experiments = options.experiments as { cache?: unknown } | undefined
  const directories = [options.cache, experiments?.cache].map((cache) => {
    const { cacheDirectory, storage } = (cache || {}) as CacheSettings
    return cacheDirectory ?? storage?.directory
  })
  const found = directories.find((directory) => typeof directory === 'string' && isAbsolute(directory))
  return found === undefined ? undefined : join(found as string, 'diqa')
}
