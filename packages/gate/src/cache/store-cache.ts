import type { ScoreResult } from '@diqa/core'
import type { Logger } from '../logger.js'
import { isResult, type ScoreCache } from './score-cache.js'

/** What a shared cache needs of a storage: unstorage's `Storage` has it, whatever its driver. */
export interface Store {
  /** The value, or null where there is none; JSON text is understood too. */
  getItem(key: string): unknown
  setItem(key: string, value: object): unknown
}

/** Results in a store that machines share. How long they stay is the store's affair. */
export class StoreCache implements ScoreCache {
  readonly #writes = new Set<Promise<void>>()

  constructor(
    readonly store: Store,
    readonly digest: string,
    readonly logger?: Logger | undefined,
  ) {}

  async get(sha256: string): Promise<ScoreResult | undefined> {
    try {
      const found = await this.store.getItem(this.#key(sha256))
      const value: unknown = typeof found === 'string' ? JSON.parse(found) : found
      return isResult(value, sha256) ? value : undefined
    } catch (error) {
      this.#report('read', error)
      return undefined
    }
  }

  set(sha256: string, result: ScoreResult): void {
    const write = this.#put(sha256, result)
    this.#writes.add(write)
    write.finally(() => this.#writes.delete(write))
  }

  async flush(): Promise<void> {
    await Promise.all(this.#writes)
  }

  async #put(sha256: string, result: ScoreResult): Promise<void> {
    try {
      await this.store.setItem(this.#key(sha256), result)
    } catch (error) {
      this.#report('written to', error)
    }
  }

  #key(sha256: string): string {
    return `diqa:v1:${this.digest.slice(0, 16)}:${sha256}`
  }

  #report(what: string, error: unknown): void {
    this.logger?.debug(`The shared score cache could not be ${what}: ${(error as Error).message}`)
  }
}
