import { type Optimiser, Adam, Nadam } from '../optimise/index.js'
import { Network } from '../network/network.js'
import { RunFolder } from '../run/run-folder.js'
import type { TrainOptions } from '../run/train.js'
import { loadTensorFlow } from '../tensorflow.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, type Flags, numberFlag } from './command.js'

/** Flags of both stages. */
export const TRAINING_FLAGS: Command['flags'] = {
  steps: { is: 'optimiser steps of the whole run' },
  resume: { is: 'go on from the checkpoint in the run folder', boolean: true },
  side: { is: 'pixels along a side of a patch, a multiple of 8 (default 112)' },
  optimiser: { is: 'adam or nadam (default adam)' },
  rate: { is: 'highest learning rate (default 0.001)' },
  warmup: { is: 'steps until it is reached (default 50)' },
  decay: { is: 'decoupled weight decay (default 0.0001)' },
  clip: { is: 'largest norm of the gradients (default 5)' },
  average: { is: "decay of the weights' running average (default 0.99)" },
  'validate-every': { is: 'steps between looks at the val split (default 200)' },
  'checkpoint-minutes': { is: 'minutes between checkpoints (default 2)' },
  seed: { is: 'seed of weights and batches (default 1)' },
}

/** A run that can begin, or go on. */
export interface TrainingRun {
  network: Network
  optimiser: Optimiser
  folder: RunFolder
  side: number
  seed: string
  options: TrainOptions
}

/**
 * Opens a run's folder, writes down how it was started, and makes the network and its optimiser.
 *
 * @throws UsageError when a flag is out of range, or the folder holds another run already
 */
export async function openRun(path: string, command: string, { flags, print, signal }: Call): Promise<TrainingRun> {
  const resume = flags.resume === true
  const side = numberFlag(flags, 'side', 112, 8)
  if (side % 8 !== 0) throw new UsageError(`Expected a multiple of 8 for --side but received ${side}.`)
  const steps = numberFlag(flags, 'steps', 0, 1)
  if (steps === 0) throw new UsageError('Expected a number of at least 1 for --steps but there is none.')
  const folder = new RunFolder(path)
  if (!resume && folder.has('checkpoint.bin')) {
    throw new UsageError(`Expected an empty run folder but ${path} holds a checkpoint: add --resume or choose another.`)
  }
  const seed = String(numberFlag(flags, 'seed', 1))
  if (!resume) folder.writeConfig({ command, flags: { ...flags } })
  const tf = await loadTensorFlow()
  const network = new Network(tf, seed)
  return {
    network,
    optimiser: optimiserOf(network, flags),
    folder,
    side,
    seed,
    options: {
      steps,
      learningRate: numberFlag(flags, 'rate', 1e-3),
      warmup: numberFlag(flags, 'warmup', 50),
      validateEvery: numberFlag(flags, 'validate-every', 200, 1),
      checkpointMinutes: numberFlag(flags, 'checkpoint-minutes', 2),
      averageDecay: numberFlag(flags, 'average', 0.99),
      resume,
      print,
      signal,
    },
  }
}

function optimiserOf({ tf, variables }: Network, flags: Flags): Optimiser {
  const options = { weightDecay: numberFlag(flags, 'decay', 1e-4), clipNorm: numberFlag(flags, 'clip', 5) }
  switch (flags.optimiser ?? 'adam') {
    case 'adam':
      return new Adam(tf, variables, options)
    case 'nadam':
      return new Nadam(tf, variables, options)
    default:
      throw new UsageError(`Expected adam or nadam for --optimiser but received "${flags.optimiser}".`)
  }
}
