import type { OpinionWeights, Share } from '../stages/opinions.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Command, type Flags, numberFlag } from './command.js'
import type { UsedData } from './training-flags.js'

/** Flags of the stages that learn from truths. @param anchor the default of `--anchor` */
export function opinionFlags(anchor: number): Command['flags'] {
  return {
    correlation: { is: 'weight of 1 - PLCC within a batch beside the Huber loss (default 1)' },
    siblings: { is: 'weight of the loss on differences between versions of one picture (default 1)' },
    order: { is: 'weight of the loss on the order of versions of one picture (default 0)' },
    anchor: { is: `weight of where opinions lie on the scale, beside a judge; they rank in full (default ${anchor})` },
    fault: { is: "weight of the fault head's cross entropy (default 0.1)" },
  }
}

export function opinionWeights(flags: Flags, anchor: number): OpinionWeights {
  return {
    correlationWeight: numberFlag(flags, 'correlation', 1),
    siblingWeight: numberFlag(flags, 'siblings', 1),
    orderWeight: numberFlag(flags, 'order', 0),
    opinionAnchor: numberFlag(flags, 'anchor', anchor),
    faultWeight: numberFlag(flags, 'fault', 0.1),
  }
}

export function usedData({ store: { header }, perBatch }: Share): UsedData {
  return { name: header.name, sha256: header.digest, patches: perBatch }
}

/** @throws UsageError when a `--data` is none */
export function share(given: string): Share {
  const at = given.lastIndexOf(':')
  const perBatch = Number(given.slice(at + 1))
  if (at > 0 && Number.isInteger(perBatch) && perBatch > 0) return { store: new Store(given.slice(0, at)), perBatch }
  throw new UsageError(`Expected FOLDER:PATCHES for --data but received "${given}".`)
}
