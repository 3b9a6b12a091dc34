import { ablate } from './ablate.js'
import { average } from './average.js'
import { budget } from './budget.js'
import { calibrate } from './calibrate.js'
import type { Command } from './command.js'
import { evaluate } from './evaluate.js'
import { exportRun } from './export-run.js'
import { finetune } from './finetune.js'
import { head } from './head.js'
import { judge } from './judge.js'
import { ladders } from './ladders.js'
import { prepare } from './prepare.js'
import { pretrain } from './pretrain.js'
import { quantise } from './quantise.js'
import { search } from './search.js'
import { thresholds } from './thresholds.js'

export type { Command } from './command.js'

/** `diqa-train`'s commands, in the order of use. */
export const commands: Record<string, Command> = {
  prepare,
  judge,
  pretrain,
  finetune,
  head,
  average,
  calibrate,
  evaluate,
  budget,
  ladders,
  thresholds,
  ablate,
  search,
  export: exportRun,
  quantise,
}
