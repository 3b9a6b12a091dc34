import { cacheDirectory } from '@diqa/core/light'
import type { CacheOptions } from '../config/options.js'
import type { ResolvedOptions } from '../config/resolve-options.js'
import type { Logger } from '../logger.js'
import { DiskCache } from './disk-cache.js'
import type { ScoreCache } from './score-cache.js'
import { StoreCache } from './store-cache.js'

/** What else a cache is opened with. */
export interface OpenCacheOptions {
  /** Of the scores; see `scoreIdentity` of the core. */
  digest: string
  /** The bundler's own cache folder, where it has one. */
  directory?: string | undefined
  logger?: Logger | undefined
}

/** The cache that the options ask for: this machine's, then the shared one. */
export function openCache(
  { cache, root }: Pick<ResolvedOptions, 'cache' | 'root'>,
  { digest, directory, logger }: OpenCacheOptions,
): ScoreCache {
  if (!cache) return NO_CACHE
  const { retention, store } = cache
  const disk = new DiskCache({
    directory: cacheFolder(cache, root, directory),
    digest,
    retention,
    logger,
  })
  return store ? inTurn(disk, new StoreCache(store, digest, logger)) : disk
}

/** Where a cache is: as the options say, else in the bundler's own folder, else beside the package. */
export function cacheFolder({ dir }: CacheOptions, root: string, directory: string | undefined): string {
  return dir ?? directory ?? cacheDirectory(root)
}

const NO_CACHE: ScoreCache = { get: async () => undefined, set() {}, async flush() {} }

function inTurn(near: ScoreCache, far: ScoreCache): ScoreCache {
  return {
    async get(sha256) {
      const found = await near.get(sha256)
      if (found) return found
      const fetched = await far.get(sha256)
      if (fetched) near.set(sha256, fetched)
      return fetched
    },
    set(sha256, result) {
      near.set(sha256, result)
      far.set(sha256, result)
    },
    async flush() {
      await Promise.all([near.flush(), far.flush()])
    },
  }
}
