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

/** Points of 100 by which truths must differ to have an order. */
const APART = 1

/**
 * SRCC and PLCC of each set by its name, of one whose pictures come in versions the share of pairs in order, and as the
 * score the mean of the SRCC.
 */
export function opinionFigures(sets: readonly Said[]): { score: number } & Record<string, number> {
  const figures: Record<string, number> = {}
  let score = 0
  for (const { store, images, predictions } of sets) {
    const { name } = store.header
    const truth = images.map((i) => store.images[i]!.quality!)
    figures[`SRCC ${name}`] = srcc(predictions, truth)
    figures[`PLCC ${name}`] = plcc(predictions, truth)
    const inOrder = pairsInOrder({ store, images, predictions })
    if (inOrder !== undefined) figures[`order ${name}`] = inOrder
    score += figures[`SRCC ${name}`]!
  }
  return { score: score / sets.length, ...figures }
}

/** Of the pairs of versions of one picture that differ in the level of one distortion, how many are ranked as the truths are. */
function pairsInOrder({ store, images, predictions }: Said): number | undefined {
  const ladders = new Map<string, { truth: number; predicted: number }[]>()
  for (const [i, index] of images.entries()) {
    const { reference, distortion, quality } = store.images[index]!
    if (reference === undefined) continue
    const name = `${reference} ${distortion}`
    const ladder = ladders.get(name) ?? []
    ladders.set(name, ladder)
    ladder.push({ truth: quality!, predicted: predictions[i]! })
  }
  let [pairs, right] = [0, 0]
  for (const ladder of ladders.values()) {
    for (const [i, one] of ladder.entries()) {
      for (const other of ladder.slice(i + 1)) {
        if (Math.abs(one.truth - other.truth) < APART) continue
        pairs++
        if (one.truth > other.truth === one.predicted > other.predicted) right++
      }
    }
  }
  return pairs > 0 ? right / pairs : undefined
}
