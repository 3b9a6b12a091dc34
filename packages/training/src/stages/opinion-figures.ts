import { plcc } from '../measure/plcc.js'
import { srcc } from '../measure/srcc.js'
import type { Store } from '../store/store.js'

/** What a network says of a set's val pictures. */
export interface Said {
  store: Store
  /** Indices of pictures with a truth. */
  images: readonly number[]
  /** Of each. */
  predictions: readonly number[]
}

/** SRCC and PLCC of each set by its name, and as the score the mean of the SRCC. */
export function opinionFigures(sets: readonly Said[]): { score: number } & Record<string, number> {
  const figures: Record<string, number> = {}
  let score = 0
  for (const { store, images, predictions } of sets) {
    const { name } = store.header
    const truth = images.map((i) => store.images[i]!.quality!)
    figures[`SRCC ${name}`] = srcc(predictions, truth)
    figures[`PLCC ${name}`] = plcc(predictions, truth)
    score += figures[`SRCC ${name}`]!
  }
  return { score: score / sets.length, ...figures }
}
