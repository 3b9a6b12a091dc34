import { shown, UsageError } from '../usage-error.js'
import { BatchedEngine } from './batched.js'
import { DEVICES, type DeviceChoice, ENGINES, type EngineChoice } from './choices.js'
import type { Engine, Refusal } from './engine.js'
import { FallBackEngine } from './fall-back.js'
import { type Absent, findOut, known, lookUp, type Setup, unlearn, WASM, type Way } from './find-out.js'
import type { Finding } from './probe.js'
import { WasmEngine } from './wasm.js'
import type { WorkerPool } from './worker-pool.js'

/** What runs the network, and why other engines do not. */
export interface Selected {
  engine: Engine
  /** Grows when the engine is given up in the middle of a run. */
  refused: Refusal[]
}

/**
 * The engine for a choice: of those that work, the fastest. Where no optional peer is installed nothing is tried; where
 * one is, each way to use it is tried once, in a process of its own, and what came of it is remembered. What was asked for
 * and is remembered not to work is tried again.
 *
 * @throws UsageError when the choice is unknown, or asks for what does not work here
 */
export async function selectEngine(engine: string, device: string, pool: WorkerPool, setup: Setup): Promise<Selected> {
  checkChoice('engine', engine, ENGINES)
  checkChoice('device', device, DEVICES)
  const choice = { engine, device } as Choice
  const wasm = new WasmEngine(pool)
  if (engine === 'wasm' && device !== 'gpu') return { engine: wasm, refused: [] }
  const { ways, absent } = lookUp(({ name, gpu }) => isWanted(choice, name, gpu))
  const refused = absentRefusals(absent)
  const fallBack = isWanted(choice, 'wasm', false) ? wasm : undefined
  if (fallBack && ways.length > 0) ways.push(WASM)
  // A driver may have been installed since it was found missing: that must not be an error until the day after.
  if (!fallBack && !ways.some((way) => isKnownToWork(way, choice, setup))) for (const way of ways) unlearn(way, setup)
  for (const way of await fastestFirst(ways, choice, setup, refused)) {
    if (!way.candidate) break
    try {
      const network = await way.candidate.open(setup.model, setup.threads)
      const first = new BatchedEngine(way.candidate.name, way.device, network)
      return { engine: fallBack ? new FallBackEngine(first, fallBack, refused) : first, refused }
    } catch (error) {
      unlearn(way, setup)
      refused.push({ name: way.name, reason: `${way.device}: ${(error as Error).message}` })
    }
  }
  if (fallBack) return { engine: fallBack, refused }
  throw new UsageError(nothingFor(choice, refused))
}

interface Choice {
  engine: EngineChoice
  device: DeviceChoice
}

function isWanted({ engine, device }: Choice, name: string, gpu: boolean): boolean {
  return (engine === 'auto' || engine === name) && (device === 'auto' || gpu === (device === 'gpu'))
}

/** One for each engine: its devices lack the same. */
function absentRefusals(absent: readonly Absent[]): Refusal[] {
  const reasons = new Map(absent.map(({ name, reason }) => [`${name} ${reason}`, { name, reason }]))
  return [...reasons.values()]
}

/** The ways that work. Notes why the others do not, and which are slower than the first. */
async function fastestFirst(ways: readonly Way[], choice: Choice, setup: Setup, refused: Refusal[]): Promise<Way[]> {
  const works: { way: Way; ms: number }[] = []
  // One after the other: together they would take each other's time.
  for (const way of ways) {
    const finding = await findOut(way, setup)
    const reason = reasonAgainst(finding, choice)
    if (reason) refused.push({ name: way.name, reason: `${way.device}: ${reason}` })
    else if (finding.works) works.push({ way, ms: finding.msPerMegapixel })
  }
  works.sort((a, b) => a.ms - b.ms)
  for (const { way, ms } of works.slice(1)) {
    const { way: fastest, ms: least } = works[0]!
    const beside = `${fastest.name} on ${fastest.device} ${least}`
    refused.push({ name: way.name, reason: `${way.device}: It takes ${ms} ms a megapixel, ${beside}.` })
  }
  return works.map(({ way }) => way)
}

function isKnownToWork(way: Way, choice: Choice, setup: Setup): boolean {
  const finding = known(way, setup)
  return finding !== undefined && reasonAgainst(finding, choice) === undefined
}

function reasonAgainst(finding: Finding, { engine }: Choice): string | undefined {
  if (!finding.works) return finding.reason
  // Who asks for the engine by name may have nothing else to test it with.
  if (finding.software && engine === 'auto') return `${finding.software} is a GPU in software.`
  return undefined
}

function nothingFor({ engine, device }: Choice, refused: readonly Refusal[]): string {
  const wanted = engine === 'auto' ? 'an engine' : `the engine ${engine}`
  const on = device === 'auto' ? '' : ` for device "${device}"`
  if (engine === 'wasm') return 'Expected an engine with a GPU for device "gpu" but "wasm" has none.'
  if (refused.length === 0) return `Expected a device of the engine ${engine} but received "${device}".`
  const reasons = refused.map(({ name, reason }) => (engine === 'auto' ? `${name}: ${reason}` : reason))
  return `Expected ${wanted}${on} but found none that works: ${reasons.join(' ')}`
}

function checkChoice(option: string, value: string, known: readonly string[]): void {
  if (known.includes(value)) return
  throw new UsageError(`Expected one of ${known.join(', ')} for ${option} but received ${shown(value)}.`)
}
