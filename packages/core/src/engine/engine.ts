/** The engines by name. All but `wasm` are optional peers. */
export type EngineName = 'wasm' | 'onnx' | 'tensorflow' | 'webgpu'

/** A batch of equally large pieces of an image, as the network wants them. */
export interface Tiles {
  /** Î in units of 16 gray levels (see `normalize`), shape `[count, height, width, 1]`, row by row. */
  data: Float32Array
  count: number
  /** Pixels, a multiple of 4. */
  height: number
  /** Pixels, a multiple of 4. */
  width: number
}

/** What the network makes of {@link Tiles}. */
export interface Features {
  /** Means over each tile's feature map, shape `[count, 128]`. */
  pooled: Float32Array
  /** Predicted error maps, shape `[count, height / 4, width / 4]`, where they were asked for. */
  errorMaps?: Float32Array
}

/** An engine that was not taken, and why. */
export interface Refusal {
  name: string
  reason: string
}

/** One way to run f(.) and g(.). */
export interface Engine {
  readonly name: EngineName
  readonly device: string
  /** Runs the network. Rejects with one sentence when the engine failed. */
  run(tiles: Tiles, options?: { errorMaps?: boolean }): Promise<Features>
  dispose(): Promise<void>
}
