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

/**
 * An engine over a network in this thread. While a batch is running, the tiles of other images arrive: the next batch
 * is all of them, so that a GPU that is faster than decoding gets fewer and larger batches, and none waits for more.
 */
export class BatchedEngine implements Engine {
  readonly #network: Network
  readonly #waiting: Request[] = []
  #running: Promise<void> | undefined
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
      this.#running ??= this.#runAll()
    })
  }

  /** Ends the network after the batch that is running. */
  async dispose(): Promise<void> {
    if (this.#disposed) return
    this.#disposed = true
    for (const { reject } of this.#waiting.splice(0)) reject(new Error(DISPOSED))
    await this.#running
    await this.#network.dispose()
  }

  async #runAll(): Promise<void> {
    // A moment for others that are ready as well.
    await Promise.resolve()
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch()
      try {
        const features = await this.#runTiles(joined(batch.map(({ tiles }) => tiles)), batch[0]!.errorMaps)
        share(batch, features)
      } catch (error) {
        for (const { reject } of batch) reject(error as Error)
      }
    }
    this.#running = undefined
  }

  /** The first that waits, and all others that can go with it. */
  #takeBatch(): Request[] {
    const first = this.#waiting[0]!
    const batch: Request[] = []
    let pixels = 0
    for (let i = 0; i < this.#waiting.length; ) {
      const { tiles, errorMaps } = this.#waiting[i]!
      const alike =
        tiles.height === first.tiles.height && tiles.width === first.tiles.width && errorMaps === first.errorMaps
      if (alike && (batch.length === 0 || pixels + tiles.data.length <= this.#network.pixelsAtOnce)) {
        pixels += tiles.data.length
        batch.push(...this.#waiting.splice(i, 1))
      } else i++
    }
    return batch
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
function joined(list: readonly Tiles[]): Tiles {
  if (list.length === 1) return list[0]!
  const { height, width } = list[0]!
  const count = list.reduce((sum, tiles) => sum + tiles.count, 0)
  const data = new Float32Array(count * height * width)
  let at = 0
  for (const tiles of list) {
    data.set(tiles.data, at)
    at += tiles.data.length
  }
  return { data, count, height, width }
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
