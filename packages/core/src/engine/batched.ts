import { FEATURE_SCALE, FEATURES } from '../model/architecture.js'
import type { Engine, EngineName, Features, Tiles } from './engine.js'
import type { Network } from './network.js'
import { DISPOSED } from './worker-pool.js'

interface Request {
  tiles: Tiles
  errorMaps: boolean
  resolve: (features: Features) => void
  reject: (error: Error) => void
}

/** Batches that are under way at most: while a GPU works on one, the next is on its way to it. */
const BATCHES_UNDER_WAY = 2

/**
 * An engine over a network in this thread. While a batch is running, the tiles of other images arrive: the next batch
 * is all of them, so that a GPU that is faster than decoding gets fewer and larger batches, and none waits for more. Once
 * the next is as large as can be, it need not wait for the one that is running.
 */
export class BatchedEngine implements Engine {
  readonly #network: Network
  readonly #waiting: Request[] = []
  readonly #underWay = new Set<Promise<void>>()
  /** Where tiles of several images are put together, again and again: memory that was in use before is filled sooner. */
  readonly #spare: Float32Array[] = []
  #starting: NodeJS.Immediate | undefined
  #disposed = false

  constructor(
    readonly name: EngineName,
    readonly device: string,
    network: Network,
  ) {
    this.#network = network
  }

  run(tiles: Tiles, { errorMaps = false } = {}): Promise<Features> {
    if (this.#disposed) return Promise.reject(new Error(DISPOSED))
    return new Promise((resolve, reject) => {
      this.#waiting.push({ tiles, errorMaps, resolve, reject })
      this.#startSoon()
    })
  }

  /** Ends the network after the batches that are running. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(DISPOSED))
    await Promise.all(this.#underWay)
    await this.#network.dispose()
  }

  /** A moment later, in which the worker threads' messages arrive: others are ready as well. */
  #startSoon(): void {
    this.#starting ??= setImmediate(() => {
      this.#starting = undefined
      this.#start()
    })
  }

  #start(): void {
    while (this.#waiting.length > 0 && this.#underWay.size < BATCHES_UNDER_WAY) {
      const { batch, full } = this.#nextBatch()
      if (!full && this.#underWay.size > 0) return
      for (const request of batch) this.#waiting.splice(this.#waiting.indexOf(request), 1)
      const running = this.#runBatch(batch).then(() => {
        this.#underWay.delete(running)
        this.#startSoon()
      })
      this.#underWay.add(running)
    }
  }

  /** The first that waits, and all others that can go with it; and whether nothing that came later could. */
  #nextBatch(): { batch: Request[]; full: boolean } {
    const { pixelsAtOnce } = this.#network
    const first = this.#waiting[0]!
    const batch: Request[] = []
    let pixels = 0
    let full = false
    for (const request of this.#waiting) {
      const { tiles, errorMaps } = request
      const alike =
        tiles.height === first.tiles.height && tiles.width === first.tiles.width && errorMaps === first.errorMaps
      if (!alike) continue
      if (batch.length === 0 || pixels + tiles.data.length <= pixelsAtOnce) {
        pixels += tiles.data.length
        batch.push(request)
      } else full = true
    }
    return { batch, full: full || pixels >= pixelsAtOnce }
  }

  /** Never rejects: those whose batch it was hear of a failure. */
  async #runBatch(batch: readonly Request[]): Promise<void> {
    const [{ tiles, errorMaps }, ...others] = batch as [Request, ...Request[]]
    try {
      if (others.length === 0) return share(batch, await this.#runTiles(tiles, errorMaps))
      const memory = this.#spare.pop() ?? new Float32Array(this.#network.pixelsAtOnce)
      share(batch, await this.#runTiles(joined(batch, memory), errorMaps))
      this.#spare.push(memory)
    } catch (error) {
      for (const { reject } of batch) reject(error as Error)
    }
  }

  /** One image can be more than a batch: whole ones are when they are explained. */
  async #runTiles(tiles: Tiles, errorMaps: boolean): Promise<Features> {
    const { count, height, width } = tiles
    const size = height * width
    const atOnce = Math.max(1, Math.floor(this.#network.pixelsAtOnce / size))
    if (count <= atOnce) return this.#network.run(tiles, errorMaps)
    const all: Features = { pooled: new Float32Array(count * FEATURES) }
    if (errorMaps) all.errorMaps = new Float32Array((count * size) / FEATURE_SCALE ** 2)
    for (let from = 0; from < count; from += atOnce) {
      const to = Math.min(count, from + atOnce)
      const data = tiles.data.subarray(from * size, to * size)
      const { pooled, errorMaps: maps } = await this.#network.run({ data, count: to - from, height, width }, errorMaps)
      all.pooled.set(pooled, from * FEATURES)
      if (maps) all.errorMaps!.set(maps, (from * size) / FEATURE_SCALE ** 2)
    }
    return all
  }
}

/** Tiles of several images as those of one. */
function joined(batch: readonly Request[], memory: Float32Array): Tiles {
  const { height, width } = batch[0]!.tiles
  let at = 0
  for (const { tiles } of batch) {
    memory.set(tiles.data, at)
    at += tiles.data.length
  }
  return { data: memory.subarray(0, at), count: at / (height * width), height, width }
}

function share(batch: readonly Request[], { pooled, errorMaps }: Features): void {
  let from = 0
  for (const { tiles, resolve } of batch) {
    const to = from + tiles.count
    const cells = (tiles.height * tiles.width) / FEATURE_SCALE ** 2
    const own: Features = { pooled: pooled.slice(from * FEATURES, to * FEATURES) }
    if (errorMaps) own.errorMaps = errorMaps.slice(from * cells, to * cells)
    resolve(own)
    from = to
  }
}
