import type { Engine, Features, Tiles } from './engine.js'
import type { WorkerPool } from './worker-pool.js'

/** The engine that always works: integer kernels in worker threads, the same bits on every machine. */
export class WasmEngine implements Engine {
  readonly name = 'wasm'
  readonly device = 'cpu'

  /** @param pool shared with the preparation of images, and closed by whoever opened it */
  constructor(readonly pool: WorkerPool) {}

  run(tiles: Tiles, { errorMaps = false } = {}): Promise<Features> {
    return this.pool.run('run', { tiles, errorMaps }, [tiles.data.buffer as ArrayBuffer])
  }

  async dispose(): Promise<void> {}
}
