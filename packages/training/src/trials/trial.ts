import { join } from 'node:path'
import type { Call, Flags } from '../commands/command.js'
import { finetune } from '../commands/finetune.js'
import { pretrain } from '../commands/pretrain.js'
import { Diverged } from '../optimise/index.js'
import { RunFolder } from '../run/run-folder.js'

/** Both stages with flags of their own, as the command line takes them; without `pretrain`, stage 2 alone. */
export interface Trial {
  folder: string
  pretrain?: Flags
  /** Its `from` is set to the trial's stage 1 where there is one. */
  finetune: Flags
}

/**
 * Trains both stages, or goes on where an earlier call was stopped.
 *
 * @returns the run folder of stage 2, or undefined where the signal stopped it
 */
export async function runTrial(
  { folder, pretrain: first, finetune: second }: Trial,
  call: Pick<Call, 'print' | 'signal'>,
): Promise<RunFolder | undefined> {
  const [stage1, stage2] = [join(folder, 'stage1'), join(folder, 'stage2')]
  if (first && !(await pretrain.run({ ...call, paths: [stage1], flags: resumed(stage1, first) }))) return undefined
  const from = first ? { from: stage1 } : {}
  const flags = resumed(stage2, { ...second, ...from })
  return (await finetune.run({ ...call, paths: [stage2], flags })) ? new RunFolder(stage2) : undefined
}

function resumed(folder: string, flags: Flags): Flags {
  return new RunFolder(folder).has('checkpoint.bin') ? { ...flags, resume: true } : flags
}

/**
 * Trains both stages and says how good that is.
 *
 * @returns the mean SRCC over the sets of the best look at val, NaN where it came to nothing, or undefined where the signal
 * stopped it
 */
export async function scoreTrial(trial: Trial, call: Pick<Call, 'print' | 'signal'>): Promise<number | undefined> {
  try {
    const run = await runTrial(trial, call)
    return run && scoreOf(run)
  } catch (error) {
    if (error instanceof Diverged) return Number.NaN
    throw error
  }
}

function scoreOf(run: RunFolder): number {
  // A network that says the same of every picture ranks none, and no look at val was the best.
  if (!run.has('best.bin')) return Number.NaN
  const { facts } = run.load('best.bin')
  const figures = Object.entries(facts).flatMap(([name, value]) => (name.startsWith('SRCC ') ? [Number(value)] : []))
  return figures.reduce((sum, value) => sum + value, 0) / figures.length
}
