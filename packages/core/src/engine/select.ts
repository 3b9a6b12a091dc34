import { shown, UsageError } from '../usage-error.js'
import type { Engine, Refusal } from './engine.js'
import { WasmEngine } from './wasm.js'
import type { WorkerPool } from './worker-pool.js'

/** What `engine` can be. */
export const ENGINES = ['auto', 'wasm'] as const
export type EngineChoice = (typeof ENGINES)[number]

/** What `device` can be. */
export const DEVICES = ['auto', 'cpu', 'gpu'] as const
export type DeviceChoice = (typeof DEVICES)[number]

/**
 * The engine for a choice, and why faster ones were not taken.
 *
 * @throws UsageError when the choice is unknown, or asks for what is not there
 */
export function selectEngine(engine: string, device: string, pool: WorkerPool): { engine: Engine; refused: Refusal[] } {
  checkChoice('engine', engine, ENGINES)
  checkChoice('device', device, DEVICES)
  if (device === 'gpu') throw new UsageError('Expected an engine with a GPU for device "gpu" but there is only "wasm".')
  return { engine: new WasmEngine(pool), refused: [] }
}

function checkChoice(option: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return
  throw new UsageError(`Expected one of ${known.join(', ')} for ${option} but received ${shown(value)}.`)
}
