import { UsageError } from '../usage-error.js'
import { type Command, type Flags, listFlag, wholeFlag } from './command.js'

/** Flags of the commands that train many times. */
export const TRIAL_FLAGS: Command['flags'] = {
  data: { is: 'FOLDER:PATCHES: a prepared set for stage 2, and its patches in every batch', multiple: true },
  pairs: { is: 'a prepared set with references for stage 1 (default: no stage 1)' },
  steps: { is: 'steps of stage 2' },
  'stage1-steps': { is: 'steps of stage 1 (default a third of --steps)' },
  seed: { is: 'seed of everything (default 1)' },
  'val-images': { is: 'images of each val split that a look at it takes (default 300)' },
}

export interface TrialPlan {
  data: { folder: string; patches: number }[]
  pairs: string | undefined
  steps: number
  stage1Steps: number
  seed: string
  valImages: number
}

/** @throws UsageError when there is nothing to train on, or a number is out of range */
export function trialPlan(flags: Flags): TrialPlan {
  const data = listFlag(flags, 'data').map((given) => {
    const [, folder, patches] = /^(.+):([1-9]\d*)$/.exec(given) ?? []
    if (!folder) throw new UsageError(`Expected FOLDER:PATCHES for --data but received "${given}".`)
    return { folder, patches: Number(patches) }
  })
  if (data.length === 0) throw new UsageError('Expected at least one --data FOLDER:PATCHES but there is none.')
  if (flags.steps === undefined) throw new UsageError('Expected a number of at least 1 for --steps but there is none.')
  const steps = wholeFlag(flags, 'steps', 0, 1)
  return {
    data,
    pairs: typeof flags.pairs === 'string' ? flags.pairs : undefined,
    steps,
    stage1Steps: wholeFlag(flags, 'stage1-steps', Math.ceil(steps / 3), 1),
    seed: String(wholeFlag(flags, 'seed', 1)),
    valImages: wholeFlag(flags, 'val-images', 300, 2),
  }
}

/** The flags of both stages at a share of the plan's length; `batch` multiplies the patches. */
export function stageFlags(plan: TrialPlan, share: number, batch = 1): { pretrain?: Flags; finetune: Flags } {
  const { data, pairs, seed, valImages } = plan
  const steps = (whole: number) => Math.max(1, Math.round(whole * share))
  // A set whose pictures come in versions takes four at a time.
  const patches = (count: number) => (batch === 1 ? count : 4 * Math.max(1, Math.round((count * batch) / 4)))
  const common = (length: number): Flags => ({
    seed,
    steps: String(length),
    warmup: String(Math.ceil(length / 20)),
    'validate-every': String(Math.ceil(length / 4)),
  })
  const together = data.reduce((sum, set) => sum + patches(set.patches), 0)
  return {
    ...(pairs !== undefined && {
      pretrain: { ...common(steps(plan.stage1Steps)), data: pairs, batch: String(together) },
    }),
    finetune: {
      ...common(steps(plan.steps)),
      data: data.map((set) => `${set.folder}:${patches(set.patches)}`),
      'val-images': String(valImages),
    },
  }
}
