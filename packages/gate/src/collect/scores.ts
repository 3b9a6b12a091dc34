import { createHash } from 'node:crypto'
import fs from 'node:fs'
import { promisify } from 'node:util'
import type { ScoreResult, Scorer } from '@diqa/core'
import { isLasting, type ScoreCache } from '../cache/score-cache.js'
import { Room } from './room.js'
import { Turns } from './turns.js'

/** Half the work of `fs/promises`, which makes a handle for each file. */
const readFile = promisify(fs.readFile)

/** Bytes, or the absolute path of the file that has them. */
export type Content = { bytes: Uint8Array } | { file: string }

/** A result, and whether the network was asked for it in this round. */
export interface Outcome {
  result: ScoreResult
  cached: boolean
}

/** What {@link Scores} works with. */
export interface ScoresOptions {
  /** Asked only once it is needed. */
  openCache(): ScoreCache
  /** Made only for what is in no cache. */
  createScorer(): Promise<Scorer>
  /** Worker threads of the scorer, which says later whether it wants more images at a time than they do. */
  concurrency: number
  /** Is shown each content once, while its bytes are at hand. */
  look?: ((sha256: string, bytes: Uint8Array, result: ScoreResult, limit: number) => Promise<void>) | undefined
}

/** Encoded bytes in memory at a time, beyond those that were handed to us without waiting. */
const BYTES_IN_MEMORY = 64 * 2 ** 20

/** Files in memory beyond those that are scored. */
const READ_AHEAD = 4

interface Known {
  result: ScoreResult
  fromCache: boolean
  round: number
}

/** Results by content: the same bytes are scored once, however often and under whatever name they come. */
export class Scores {
  readonly #options: ScoresOptions
  readonly #known = new Map<string, Promise<Known>>()
  readonly #room = new Room(BYTES_IN_MEMORY)
  readonly #files: Turns
  readonly #turns: Turns
  #cache: ScoreCache | undefined
  #scorer: Promise<Scorer> | undefined
  /** Once it is made. */
  #made: Scorer | undefined
  #round = 0

  constructor(options: ScoresOptions) {
    this.#options = options
    // While two are decoded, all workers are busy.
    this.#turns = new Turns(options.concurrency + 2)
    this.#files = new Turns(options.concurrency + 2 + READ_AHEAD)
  }

  /**
   * Begins at once; what was known before a round counts as cached in it.
   *
   * @param limit the score that it should have; for whom it is shown to
   * @throws UsageError (rejects) when no scorer can be made
   */
  async want(content: Content, limit = 0): Promise<(round: number) => Outcome> {
    const known = await ('bytes' in content ? this.#bytes(content.bytes, limit) : this.#file(content.file, limit))
    return (round) => ({ result: known.result, cached: known.fromCache || known.round < round })
  }

  /** Resolves when more bytes are welcome. */
  room(): Promise<void> {
    return this.#room.free()
  }

  get round(): number {
    return this.#round
  }

  /** From here on, what is known so far counts as cached. */
  endRound(): void {
    this.#round += 1
  }

  /** The scorer, made if it is not there yet. @throws UsageError (rejects) when it cannot be made */
  openScorer(): Promise<Scorer> {
    return this.#open()
  }

  /** What gave the scores, if anything was scored. */
  get scorer(): Scorer | undefined {
    return this.#made
  }

  async flush(): Promise<void> {
    await this.#cache?.flush()
  }

  async dispose(): Promise<void> {
    const opened = this.#scorer
    // Before anything is waited for: whatever is wanted meanwhile must not get a scorer that is about to end.
    this.#scorer = undefined
    this.#made = undefined
    await this.flush()
    const scorer = await opened?.catch(() => undefined)
    await scorer?.dispose()
  }

  #bytes(bytes: Uint8Array, limit: number): Promise<Known> {
    const sha256 = createHash('sha256').update(bytes).digest('hex')
    const known = this.#known.get(sha256)
    if (known) return known
    const found = this.#room.during(bytes.length, () => this.#show(this.#find(sha256, bytes), sha256, bytes, limit))
    this.#known.set(sha256, found)
    // What failed may succeed when it is asked for again.
    found.then(
      ({ result }) => isLasting(result) || this.#known.delete(sha256),
      () => this.#known.delete(sha256),
    )
    return found
  }

  #show(found: Promise<Known>, sha256: string, bytes: Uint8Array, limit: number): Promise<Known> {
    const { look } = this.#options
    return look ? found.then((known) => look(sha256, bytes, known.result, limit).then(() => known)) : found
  }

  /** A file's turn lasts until it is scored: what is read sooner only fills memory. */
  #file(file: string, limit: number): Promise<Known> {
    return this.#files.take(async () => {
      await this.#room.free()
      const bytes = await readFile(file).catch(unreadable)
      if (!('status' in bytes)) return this.#bytes(bytes, limit)
      return { result: bytes, fromCache: false, round: this.#round }
    })
  }

  async #find(sha256: string, bytes: Uint8Array): Promise<Known> {
    this.#cache ??= this.#options.openCache()
    const cache = this.#cache
    const cached = await cache.get(sha256)
    if (cached) return { result: cached, fromCache: true, round: this.#round }
    const result = await this.#turns.take(async () => (await this.#open()).score(bytes))
    if (isLasting(result)) cache.set(sha256, result)
    return { result, fromCache: false, round: this.#round }
  }

  #open(): Promise<Scorer> {
    if (!this.#scorer) {
      const scorer = this.#options.createScorer()
      this.#scorer = scorer
      scorer.then(
        (made) => {
          const { atOnce } = made
          if (this.#scorer === scorer) this.#made = made
          this.#turns.raise(atOnce)
          this.#files.raise(atOnce + READ_AHEAD)
        },
        () => {
          if (this.#scorer === scorer) this.#scorer = undefined
        },
      )
    }
    return this.#scorer
  }
}

function unreadable({ code, message }: NodeJS.ErrnoException): ScoreResult {
  const why = `Expected a file that can be read but that failed (${code ?? message}).`
  return { status: 'undecodable', reason: 'unreadable', message: why }
}
