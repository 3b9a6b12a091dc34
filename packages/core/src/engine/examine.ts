import { DEFAULTS } from '../defaults.js'
import { packageFolder } from '../location.js'
import { loadModel } from '../model/weights.js'
import { openPool, shippedModel } from '../score.js'
import type { EngineName } from './engine.js'
import { tryEngine } from './trial.js'
import { WasmEngine } from './wasm.js'

/** One way to run the network, as it was found on this machine. */
export interface ExaminedEngine {
  readonly name: EngineName
  /** What it runs on: `cpu`, `cuda`, … */
  readonly device: string
  /** Whether it gave the right answer to a known question. */
  readonly works: boolean
  /** Why it does not work, one sentence. */
  readonly reason?: string
  /** Milliseconds a megapixel that the network looks at, with all threads at work. */
  readonly msPerMegapixel?: number
  /** The command that installs what it lacks. */
  readonly install?: string
}

/** Tries every engine on this machine, anew, one after the other. */
export async function examineEngines(): Promise<ExaminedEngine[]> {
  return [await examineWasm()]
}

async function examineWasm(): Promise<ExaminedEngine> {
  const found = { name: 'wasm', device: 'cpu' } as const
  const folder = packageFolder()
  const model = loadModel(shippedModel(folder))
  const pool = openPool(folder, model, DEFAULTS.concurrency)
  try {
    return { ...found, works: true, ...(await tryEngine(new WasmEngine(pool), model, DEFAULTS.concurrency)) }
  } catch (error) {
    return { ...found, works: false, reason: (error as Error).message }
  } finally {
    await pool.close()
  }
}
