import { packageFolder } from '../location.js'
import { loadModel, type Model } from '../model/weights.js'
import { openPool } from '../score.js'
import { BatchedEngine } from './batched.js'
import { candidates } from './candidates.js'
import type { Engine } from './engine.js'
import type { Finding } from './probe.js'
import { tryEngine } from './trial.js'
import { WasmEngine } from './wasm.js'

/** What a probe is asked. */
export interface Question {
  name: string
  device: string
  /** The model's folder. */
  model: string
  threads: number
}

interface Started {
  engine: Engine
  software?: string | undefined
  end(): Promise<void>
}

async function answer(question: Question): Promise<Finding> {
  const model = loadModel(question.model)
  const { engine, software, end } = await start(question, model)
  try {
    return { works: true, ...(await tryEngine(engine, model, question.threads)), ...(software && { software }) }
  } finally {
    await end()
  }
}

async function start({ name, device, threads }: Question, model: Model): Promise<Started> {
  if (name === 'wasm') {
    const pool = openPool(packageFolder(), model, threads)
    return { engine: new WasmEngine(pool), end: () => pool.close() }
  }
  const candidate = candidates().find((candidate) => candidate.name === name && candidate.device === device)!
  const network = await candidate.open(model, threads)
  const engine = new BatchedEngine(candidate.name, device, network)
  return { engine, software: network.software, end: () => engine.dispose() }
}

// The build was killed: nobody waits for the answer any more.
const orphaned = () => process.exit()
process.on('disconnect', orphaned)

let finding: Finding
try {
  finding = await answer(JSON.parse(process.argv[2]!))
} catch (error) {
  finding = { works: false, reason: firstLine(error) }
}
// What is left then ends by itself, or shows that it cannot.
process.off('disconnect', orphaned)
process.send!(finding, () => process.disconnect())

/** Of libraries' messages, which can be pages. */
function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).trim().split('\n')[0]!
}
