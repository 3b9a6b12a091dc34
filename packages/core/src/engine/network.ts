import type { Model } from '../model/weights.js'
import type { Features, Tiles } from './engine.js'

/** f(.) and g(.) on some runtime. */
export interface Network {
  /** Pixels that go through it at once: enough to keep it busy, few enough for its memory. */
  readonly pixelsAtOnce: number
  /** The device, where it turned out to be a GPU in software. */
  readonly software?: string | undefined
  /**
   * Leaves the tiles' numbers as they are, and needs them until it has resolved. May be called again before. Rejects when
   * the runtime failed.
   */
  run(tiles: Tiles, errorMaps: boolean): Promise<Features>
  dispose(): Promise<void>
}

/** Starts a network. Rejects when its runtime does not work here. */
export type OpenNetwork = (model: Model, threads: number) => Promise<Network>
