import { existsSync, readFileSync } from 'node:fs'
import { STATISTICS, tensorShapes } from '@diqa/core/model'
import type { Calibration } from '../measure/index.js'
import { Network, type Standard } from '../network/network.js'
import { foldPooledStandard } from '../network/pooled-standard.js'
import { RunFolder } from '../run/run-folder.js'
import { loadTensorFlow } from '../tensorflow.js'
import { UsageError } from '../usage-error.js'
import { type Best, bestOf, type RunConfig, readRunConfig } from './training-flags.js'

/** A finished (or stopped) stage 2, and what was measured of it since. */
export interface Trained {
  folder: RunFolder
  /** The best checkpoint's averaged weights. */
  weights: Record<string, Float32Array>
  standard: Standard
  best: Best
}

/** Core's smallest pixel budget. */
export const LEAST_PIXELS = 1024

/** @throws Error when the folder has no best checkpoint of stage 2 */
export function openTrained(path: string): Trained {
  const folder = new RunFolder(path)
  const { tensors, facts } = folder.load('best.bin')
  checkScores(path, readRunConfig(folder))
  const { pooled, standard } = facts as { pooled: Standard; standard: Standard }
  return { folder, weights: foldPooledStandard(tensors, pooled), standard, best: bestOf(facts) }
}

/** Stage 1 leaves the head as it was drawn: its scores would all be alike. @throws UsageError for a run of stage 1 */
export function checkScores(path: string, { command }: Pick<RunConfig, 'command'>): void {
  if (command === 'finetune' || command === 'head' || command === 'average') return
  throw new UsageError(`Expected a run of finetune, head or average at ${path} but it is one of ${command}.`)
}

/**
 * Weights of an older architecture leave parts of the network as they were drawn, and figures of those would look measured.
 *
 * @throws UsageError when the run lacks a part of the network
 */
export function checkWhole({ folder, weights }: Trained): void {
  const lacking = Object.keys(tensorShapes(STATISTICS.length)).find((name) => !weights[name])
  if (lacking === undefined) return
  throw new UsageError(
    `Expected the weights "${lacking}" in the run at ${folder.path} but there are none: train it again with this version.`,
  )
}

/** The network with those weights. @throws UsageError when some are missing */
export async function networkOf(trained: Trained): Promise<Network> {
  checkWhole(trained)
  const { weights, standard } = trained
  const network = new Network(await loadTensorFlow(), 0, 'float32', weights['hidden/bias']!.length)
  network.assign(weights)
  network.standard = standard
  return network
}

/** The scale as the network learned it: what an uncalibrated run has. */
export const IDENTITY: Calibration = { x: [0, 100], y: [0, 100] }

/** A JSON file of the run folder, or what to take in its place. */
export function readNote<T>(folder: RunFolder, name: string, otherwise: T): T {
  return existsSync(folder.file(name)) ? JSON.parse(readFileSync(folder.file(name), 'utf8')) : otherwise
}
