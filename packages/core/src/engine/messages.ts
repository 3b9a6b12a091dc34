import type { Pixels } from '../image/pixels.js'
import type { Prepared } from '../image/prepare.js'
import type { Tensors } from '../model/tensor-file.js'
import type { Features, Tiles } from './engine.js'

/** What a worker is given when it starts. */
export interface WorkerSetup {
  tensors: Tensors
  /** The folder of tfjs-backend-wasm's binaries. */
  wasmFolder: string
}

/** What a worker can be asked to do, and what each task answers. */
export interface Tasks {
  prepare: { input: { image: Pixels; maxPixels: number }; output: Prepared }
  run: { input: { tiles: Tiles; errorMaps: boolean }; output: Features }
}

export type TaskName = keyof Tasks

export interface Request<N extends TaskName = TaskName> {
  name: N
  input: Tasks[N]['input']
}

export type Reply = { output: Tasks[TaskName]['output'] } | { error: string }
