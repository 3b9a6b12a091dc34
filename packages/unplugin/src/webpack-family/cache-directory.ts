import { join } from 'node:path'
import type { Compiler } from 'webpack'

/** Our folder in webpack's own, where it keeps a cache on disk. Rspack empties the folder of its cache: ours is elsewhere. */
export function cacheDirectoryOf({ options: { cache } }: Compiler): string | undefined {
  const directory = typeof cache === 'object' && 'cacheDirectory' in cache ? cache.cacheDirectory : undefined
  return directory === undefined ? undefined : join(directory, 'diqa')
}
