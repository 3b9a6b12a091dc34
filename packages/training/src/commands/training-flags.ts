import { ENGINES, type EngineName, openEngine } from '../engine.js'
import { fastestPrecision, PRECISIONS, type Precision } from '../network/fast-features.js'
import { Network } from '../network/network.js'
import { Adam, Nadam, type Optimiser, type OptimiserOptions } from '../optimise/index.js'
import { RunFolder } from '../run/run-folder.js'
import type { TrainOptions } from '../run/train.js'
import { ERROR_MAP, type ErrorMapOptions } from '../stages/error-target.js'
import { UsageError } from '../usage-error.js'
import { aboveZeroFlag, belowOneFlag, type Call, type Command, type Flags, numberFlag, wholeFlag } from './command.js'

/** Flags of both stages. */
export const TRAINING_FLAGS: Command['flags'] = {
  steps: { is: 'optimiser steps of the whole run' },
  resume: {
    is: 'go on from the checkpoint in the run folder; flags that are not given are as they were',
    boolean: true,
  },
  side: { is: 'pixels along a side of a patch, a multiple of 8 (default 112)' },
  optimiser: { is: 'adam or nadam (default adam)' },
  rate: { is: 'highest learning rate (default 0.001)' },
  warmup: { is: 'steps until it is reached (default 50)' },
  decay: { is: 'decoupled weight decay (default 0.0001)' },
  clip: { is: 'largest norm of the gradients (default 5)' },
  average: { is: "decay of the weights' running average (default 0.99)" },
  p: { is: 'exponent of the error map (default 0.2)' },
  alpha: { is: 'how fast trust in a pixel grows with its contrast; 0 trusts all alike (default 0.2)' },
  'validate-every': { is: 'steps between looks at the val split (default 200)' },
  'checkpoint-minutes': { is: 'minutes between checkpoints (default 2)' },
  engine: {
    is: 'tensorflow, the native library, or webgpu, any GPU; a resumed run may change it (default tensorflow)',
  },
  precision: { is: 'of the convolutions, float32 or bfloat16 (default: what is faster here)' },
  seed: { is: 'seed of weights and batches (default 1)' },
}

/** What a run keeps for its whole length, and its card names, given or not. Stage 3 has no patches. */
function settled(command: string): Flags {
  if (command === 'average') return {}
  const own: Flags = command === 'head' ? { 'max-pixels': '131072' } : { side: '112' }
  return { seed: '1', ...own, optimiser: 'adam' }
}

/** A prepared set, or a recipe, as a run's settings name it. */
export interface UsedData {
  name: string
  sha256: string
  /** Patches, or in stage 3 pictures, of a batch that come from it. */
  patches: number
}

/** `config.json`: how a run was started, or last resumed. */
export interface RunConfig {
  command: string
  /** As typed. */
  flags: Flags
  data: UsedData[]
  /** The run whose best weights it began with, and when that run had them. */
  from?: RunConfig & Best
  /** The SHA-256 of the weights that it was averaged with. */
  with?: string
}

/** When a run had its best weights, and what it measured then. */
export interface Best {
  step: number
  seconds: number
  /** Of the look at val, by name. */
  figures: Record<string, number>
}

/** What `best.bin` says of itself beside the standards. */
export function bestOf(facts: Record<string, unknown>): Best {
  const { step, seconds, standard: _, pooled: __, ...figures } = facts
  return { step: step as number, seconds: Math.round(seconds as number), figures: figures as Best['figures'] }
}

/** The settings of a run. @throws Error when there are none in the folder */
export function readRunConfig(folder: RunFolder): RunConfig {
  const { command, flags, data = [], ...before } = folder.readConfig() as unknown as RunConfig
  return { command, flags: { ...settled(command), ...flags }, data, ...before }
}

/** A run whose flags make sense. */
export interface OpenedRun {
  folder: RunFolder
  /** Those of the call and, on a resume, those that it began with. */
  flags: Flags
  side: number
  seed: string
  engine: EngineName
  errorMap: ErrorMapOptions
  optimising: OptimiserOptions
  options: TrainOptions
}

/**
 * Reads the flags of a run. Writes nothing.
 *
 * @throws UsageError when a flag is out of range, or the folder holds another run already
 */
export function openRun(path: string, command: string, { flags: given, print, signal }: Call): OpenedRun {
  const folder = new RunFolder(path)
  const { resume, ...typed } = given
  if (resume && !folder.has('checkpoint.bin')) {
    throw new UsageError(`Expected a run to resume at ${path} but it holds no checkpoint.`)
  }
  if (!resume && folder.has('checkpoint.bin')) {
    throw new UsageError(`Expected an empty run folder but ${path} holds a checkpoint: add --resume or choose another.`)
  }
  // An average has no checkpoint, and what it was made of may be gone.
  if (!resume && folder.has('best.bin') && readRunConfig(folder).command === 'average') {
    throw new UsageError(`Expected an empty run folder but ${path} holds an average: choose another.`)
  }
  const began = resume ? readRunConfig(folder) : undefined
  if (began && began.command !== command) {
    throw new UsageError(`Expected a run of ${command} at ${path} but it is one of ${began.command}.`)
  }
  const flags: Flags = { ...settled(command), ...began?.flags, ...typed }
  const side = wholeFlag(flags, 'side', 112, 8)
  if (side % 8 !== 0) throw new UsageError(`Expected a multiple of 8 for --side but received ${side}.`)
  if (flags.optimiser !== 'adam' && flags.optimiser !== 'nadam') {
    throw new UsageError(`Expected adam or nadam for --optimiser but received "${flags.optimiser}".`)
  }
  if (flags.precision !== undefined && !isPrecision(flags.precision)) {
    throw new UsageError(`Expected ${PRECISIONS.join(' or ')} for --precision but received "${flags.precision}".`)
  }
  const { engine = 'tensorflow' } = flags
  if (!isEngine(engine)) {
    throw new UsageError(`Expected ${ENGINES.join(' or ')} for --engine but received "${engine}".`)
  }
  if (engine === 'webgpu' && flags.precision !== undefined && flags.precision !== 'float32') {
    throw new UsageError(`Expected float32 for --precision, for --engine webgpu, but received "${flags.precision}".`)
  }
  if (flags.steps === undefined) throw new UsageError('Expected a number of at least 1 for --steps but there is none.')
  return {
    folder,
    flags,
    side,
    seed: String(numberFlag(flags, 'seed', 1)),
    engine,
    errorMap: { p: numberFlag(flags, 'p', ERROR_MAP.p), alpha: numberFlag(flags, 'alpha', ERROR_MAP.alpha) },
    optimising: { weightDecay: numberFlag(flags, 'decay', 1e-4), clipNorm: aboveZeroFlag(flags, 'clip', 5) },
    options: {
      steps: wholeFlag(flags, 'steps', 0, 1),
      learningRate: aboveZeroFlag(flags, 'rate', 1e-3),
      warmup: wholeFlag(flags, 'warmup', 50),
      validateEvery: wholeFlag(flags, 'validate-every', 200, 1),
      checkpointMinutes: numberFlag(flags, 'checkpoint-minutes', 2),
      averageDecay: belowOneFlag(flags, 'average', 0.99),
      resume: resume === true,
      print,
      signal,
    },
  }
}

/**
 * Makes the network and its optimiser, writes down how the run was started, and has it trained; then the engine is closed.
 *
 * @param hidden the width of the heads' hidden layer, where they are not new
 * @throws UsageError when a resumed run would not be the one that it was, or the engine does not work here
 */
export async function withRun<T>(
  { folder, flags, seed, engine: name, optimising, options }: OpenedRun,
  config: Omit<RunConfig, 'flags'>,
  work: (run: { network: Network; optimiser: Optimiser }) => Promise<T>,
  hidden: () => number | undefined = () => undefined,
): Promise<T> {
  if (options.resume) checkSame(folder, readRunConfig(folder), { ...config, flags })
  const { tf, software, close } = await openEngine(name)
  try {
    if (software) options.print(`${software} is a GPU in software: it is slower than the processor itself`)
    const fastest = () => (name === 'webgpu' ? 'float32' : fastestPrecision(tf))
    const precision = isPrecision(flags.precision) ? flags.precision : fastest()
    const network = new Network(tf, seed, precision, hidden())
    const Kind = flags.optimiser === 'nadam' ? Nadam : Adam
    const optimiser = new Kind(tf, network.variables, optimising)
    RunFolder.create(folder.path).writeConfig({ ...config, flags: { ...flags, precision } })
    return await work({ network, optimiser })
  } finally {
    await close()
  }
}

function checkSame({ path }: RunFolder, began: RunConfig, now: RunConfig): void {
  const settings = ({ flags, data }: RunConfig): Record<string, string> => ({
    '--seed': String(Number(flags.seed)),
    '--side': String(Number(flags.side)),
    '--optimiser': String(flags.optimiser),
    '--precision': String(flags.precision),
    '--without-statistics': String(flags['without-statistics'] === true),
    '--max-pixels': String(Number(flags['max-pixels'])),
    '--keep-heads': String(flags['keep-heads'] === true),
    data: data.map(({ name, sha256, patches }) => `${name}:${patches} (SHA-256 ${sha256.slice(0, 12)})`).join(', '),
  })
  const [were, are] = [settings(began), settings(now)]
  const changed = Object.keys(were).find((name) => were[name] !== are[name])
  if (changed === undefined) return
  throw new UsageError(
    `Expected ${changed} ${were[changed]} to resume ${path} but received ${are[changed]}: begin another run for other settings.`,
  )
}

function isPrecision(given: unknown): given is Precision {
  return (PRECISIONS as readonly unknown[]).includes(given)
}

function isEngine(given: unknown): given is EngineName {
  return (ENGINES as readonly unknown[]).includes(given)
}
