import { join } from 'node:path'
import type { Interval } from '../measure/index.js'
import { RunFolder } from '../run/run-folder.js'
import { runTrial } from '../trials/trial.js'
import { UsageError } from '../usage-error.js'
import type { Call, Command, Flags } from './command.js'
import { evaluate } from './evaluate.js'
import type { EvaluatedSet } from './evaluated-set.js'
import { within } from './figure.js'
import { readNote } from './trained.js'
import { TRAINING_FLAGS } from './training-flags.js'
import { stageFlags, TRIAL_FLAGS, trialPlan } from './trial-flags.js'

/** What each part of the method is worth, as `ablation.json` keeps it. */
export interface AblationNote {
  stage1Steps: number
  steps: number
  variants: { name: string; sets: AblatedSet[] }[]
}

/** A variant's figures on a val split. */
interface AblatedSet {
  data: string
  images: number
  srcc: { value: number } & Interval
}

interface Variant {
  name: string
  folder: string
  stages: { pretrain?: Flags; finetune: Flags }
}

/** `diqa-train ablate`: the method without one of its parts. */
export const ablate: Command = {
  does: 'Trains both stages whole, without stage 1, without reliability and without the statistics, and compares.',
  paths: ['folder'],
  flags: { ...TRIAL_FLAGS, side: TRAINING_FLAGS.side!, rate: TRAINING_FLAGS.rate! },
  async run({ flags, paths, print, signal }: Call) {
    const plan = trialPlan(flags)
    if (plan.pairs === undefined) throw new UsageError('Expected a value for --pairs but there is none.')
    const { side, rate } = flags
    const given: Flags = { ...(side !== undefined && { side }), ...(rate !== undefined && { rate }) }
    const stages = stageFlags(plan, 1)
    const [pretrain, finetune] = [
      { ...stages.pretrain, ...given },
      { ...stages.finetune, ...given },
    ]
    const untrusting = (stage: Flags) => ({ ...stage, alpha: '0' })
    const variants: Variant[] = [
      { name: 'whole', folder: 'whole', stages: { pretrain, finetune } },
      { name: 'without stage 1', folder: 'without-stage-1', stages: { finetune } },
      {
        name: 'without reliability',
        folder: 'without-reliability',
        stages: { pretrain: untrusting(pretrain), finetune: untrusting(finetune) },
      },
      {
        name: 'without the statistics',
        folder: 'without-statistics',
        stages: { pretrain, finetune: { ...finetune, 'without-statistics': true } },
      },
    ]
    const note: AblationNote = { stage1Steps: plan.stage1Steps, steps: plan.steps, variants: [] }
    for (const { name, folder, stages } of variants) {
      print(`${name}:`)
      const run = await runTrial({ folder: join(paths[0]!, folder), ...stages }, { print, signal })
      if (!run) return false
      const data = plan.data.map((set) => set.folder)
      await evaluate.run({ paths: [run.path], flags: { data }, print: () => {}, signal })
      const sets = readNote<EvaluatedSet[]>(run, 'evaluation.json', []).map(({ data, network: { overall } }) => ({
        data,
        images: overall.images,
        srcc: { value: overall.srcc, ...overall.intervals.srcc },
      }))
      note.variants.push({ name, sets })
      for (const { data, srcc } of sets) print(`  ${data}: SRCC ${within(srcc.value, srcc)}`)
    }
    new RunFolder(paths[0]!).writeJson('ablation.json', note)
    return true
  },
}
