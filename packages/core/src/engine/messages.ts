import type { Pixels } from '../image/pixels.js'
import type { Prepared } from '../image/prepare.js'
import type { IntegerNetwork } from '../model/integer-network.js'
import type { Tensors } from '../model/tensor-file.js'
import type { Features, Tiles } from './engine.js'
import type { CompiledKernels } from './wasm-kernels.js'

/** What a worker is given when it starts: all that f(.) and g(.) take. */
export interface WorkerSetup {
  kernels: CompiledKernels
  integers: IntegerNetwork
  tensors: Tensors
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
