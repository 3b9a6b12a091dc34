import type { DecodeOptions, Inspected, Refused } from '../image/decode.js'
import type { Prepared } from '../image/prepare.js'
import type { SharpSettings } from '../image/sharp-settings.js'
import type { IntegerNetwork } from '../model/integer-network.js'
import type { Tensors } from '../model/tensor-file.js'
import type { Features, Tiles } from './engine.js'
import type { CompiledKernels } from './wasm-kernels.js'

/** What a worker is given when it starts: all that f(.) and g(.) take, and what it must not change. */
export interface WorkerSetup {
  kernels: CompiledKernels
  integers: IntegerNetwork
  tensors: Tensors
  /** The program's, from before there were workers. */
  sharp: SharpSettings
}

/** What a worker can be asked to do, and what each task answers. */
export interface Tasks {
  /** From a file's bytes to tiles. */
  prepare: {
    input: { bytes: Uint8Array; header: Inspected; options: DecodeOptions & { maxPixels: number } }
    output: Prepared | Refused
  }
  run: { input: { tiles: Tiles; errorMaps: boolean }; output: Features }
}

export type TaskName = keyof Tasks

export interface Request<N extends TaskName = TaskName> {
  name: N
  input: Tasks[N]['input']
}

export type Reply = { output: Tasks[TaskName]['output'] } | { error: string }
