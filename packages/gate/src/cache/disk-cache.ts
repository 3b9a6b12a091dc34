import { appendFile, mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import type { ScoreResult } from '@diqa/core'
import type { Logger } from '../logger.js'
import { pruneCache } from './prune.js'
import { isResult, type ScoreCache } from './score-cache.js'
import { type Entry, formatLine, readShard } from './shard-file.js'

/** Raised when the files change their form. */
const VERSION = 'v1'

/** Lines that are kept back before they are written: few writes, and little is lost when a build is killed. */
const BATCH = 32

/** Where and how long results are kept on disk. */
export interface DiskCacheOptions {
  /** The cache's folder; absolute. */
  directory: string
  /** Of a scorer's results; see `scoreIdentity` of the core. */
  digest: string
  /** Days. */
  retention: number
  logger?: Logger | undefined
  /** Days since 1970. */
  today?: number | undefined
}

/**
 * Results in files that processes share without locks: `v1/<identity>/<first digit>.jsonl`, to which lines are only
 * ever appended. Once a day one process rewrites them without what is too old; a line that another appends in that moment
 * may be lost, and is then scored again.
 */
export class DiskCache implements ScoreCache {
  readonly #options: { directory: string; retention: number; today: number }
  readonly #logger: Logger | undefined
  readonly #folder: string
  readonly #shards = new Map<string, Promise<Map<string, Entry>>>()
  #unwritten: { sha256: string; entry: Entry }[] = []
  #writing: Promise<void> = Promise.resolve()
  #pruned: Promise<void> | undefined

  constructor({ directory, digest, retention, logger, today = Math.floor(Date.now() / 86_400_000) }: DiskCacheOptions) {
    this.#logger = logger
    this.#options = { directory, retention, today }
    this.#folder = join(directory, VERSION, digest.slice(0, 16))
  }

  async get(sha256: string): Promise<ScoreResult | undefined> {
    const { today, retention } = this.#options
    const shard = await this.#shard(shardOf(sha256))
    const entry = shard.get(sha256)
    if (!entry || today - entry.day > retention) return undefined
    const result: unknown = { ...JSON.parse(entry.json), sha256 }
    if (!isResult(result, sha256)) return undefined
    // Not on every use, which would write as much as it reads.
    if (today - entry.day > retention / 10) this.#keep(sha256, { ...entry, day: today })
    return result
  }

  set(sha256: string, result: ScoreResult): void {
    const { sha256: _, ...rest } = result
    this.#keep(sha256, { day: this.#options.today, json: JSON.stringify(rest) })
  }

  async flush(): Promise<void> {
    this.#write()
    await this.#writing
    if (this.#shards.size === 0) return
    // Once: what has nothing to write must not touch the disk, which a project that is removed meanwhile would notice.
    this.#pruned ??= this.#attempt('prune', () => this.#prune())
    await this.#pruned
  }

  #prune(): Promise<void> {
    const { directory, retention, today } = this.#options
    return pruneCache(join(directory, VERSION), { retention, today })
  }

  #keep(sha256: string, entry: Entry): void {
    this.#unwritten.push({ sha256, entry })
    this.#shard(shardOf(sha256)).then((shard) => shard.set(sha256, entry))
    if (this.#unwritten.length >= BATCH) this.#write()
  }

  #shard(prefix: string): Promise<Map<string, Entry>> {
    const known = this.#shards.get(prefix)
    if (known) return known
    const read = readShard(this.#file(prefix)).then(
      ({ entries }) => entries,
      (error) => {
        this.#logger?.debug(`The score cache at ${this.#file(prefix)} could not be read: ${error.message}`)
        return new Map<string, Entry>()
      },
    )
    this.#shards.set(prefix, read)
    return read
  }

  #write(): void {
    const lines = new Map<string, string>()
    for (const { sha256, entry } of this.#unwritten.splice(0)) {
      const prefix = shardOf(sha256)
      lines.set(prefix, `${lines.get(prefix) ?? ''}${formatLine(sha256, entry)}\n`)
    }
    if (lines.size === 0) return
    this.#writing = this.#writing.then(() =>
      this.#attempt('write', async () => {
        await mkdir(this.#folder, { recursive: true })
        // The line break before keeps us apart from a line that someone could not finish.
        await Promise.all([...lines].map(([prefix, text]) => appendFile(this.#file(prefix), `\n${text}`)))
      }),
    )
  }

  async #attempt(what: string, work: () => Promise<unknown>): Promise<void> {
    try {
      await work()
    } catch (error) {
      this.#logger?.debug(`Could not ${what} the score cache in ${this.#folder}: ${(error as Error).message}`)
    }
  }

  #file(prefix: string): string {
    return join(this.#folder, `${prefix}.jsonl`)
  }
}

/** Sixteen files: opening many takes longer than reading them. */
function shardOf(sha256: string): string {
  return sha256.slice(0, 1)
}
