import { DEFAULTS } from '../defaults.js'
import { packageFolder } from '../location.js'
import { loadModel } from '../model/weights.js'
import { shippedModel } from '../score.js'
import type { EngineName } from './engine.js'
import { lookUp, tryOut, WASM } from './find-out.js'

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
  /** The GPU, where it is one in software: `auto` does not take it. */
  readonly software?: string
  /** The command that installs what it lacks. */
  readonly install?: string
}

/** Tries every engine on this machine, anew, one after the other: seconds, or a minute where a GPU is new to its driver. */
export async function examineEngines(): Promise<ExaminedEngine[]> {
  const folder = shippedModel(packageFolder())
  const setup = { model: loadModel(folder), folder, threads: DEFAULTS.concurrency }
  const { ways, absent } = lookUp(() => true)
  const examined: ExaminedEngine[] = []
  for (const way of [WASM, ...ways]) {
    const { name, device } = way
    examined.push({ name, device, ...(await tryOut(way, setup)) })
  }
  return [...examined, ...absent.map((way) => ({ ...way, works: false }))]
}
