import { random, shuffle } from '../random.js'
import { DataError } from './data-error.js'
import type { Dataset, Sample, Split } from './dataset.js'

export interface Shares {
  /** Share of the images for validation, from 0 up to, but not including, 1. */
  val: number
  /** Share of the images for the test. What val and test leave is for training. */
  test: number
  /** The same seed gives the same split, in whatever order the samples come. */
  seed: number | string
}

/** A sample that is on one side. */
export type Assigned = Sample & { split: Split }

/**
 * The data set with a split for every image. A group is never on both sides. Splits that are given stay, and hold for
 * the rest of their group; the other groups are drawn, so that the shares come close to those asked for, by number of
 * images: a share is off by less than the largest group that is drawn, unless the given splits already exceed it.
 *
 * @throws {DataError} when the shares leave nothing for training, given splits tear a group apart, or there are too
 * few groups for every share that is asked for.
 */
export function assignSplits(dataset: Dataset, { val, test, seed }: Shares): Dataset & { samples: Assigned[] } {
  if (!(val >= 0 && test >= 0 && val + test < 1)) {
    throw DataError.expected('shares of at least 0 that add up to less than 1', 'val and test', `${val} and ${test}`)
  }
  const groups = groupsOf(dataset)
  const chosen = new Map<string, Split>()
  const wanting = { train: 1 - val - test, val, test }
  for (const split of order) wanting[split] *= dataset.samples.length
  const put = (group: string, split: Split) => {
    chosen.set(group, split)
    wanting[split] -= groups.get(group)?.images ?? 0
  }
  for (const [group, { given }] of groups) if (given) put(group, given)
  // Sorted first, so that the seed alone decides, not the order in which the images were listed.
  const open = [...groups.keys()].filter((group) => !chosen.has(group)).sort()
  for (const group of shuffle(open, random(seed))) put(group, neediest(wanting))

  const used = new Set(chosen.values())
  for (const [split, share] of [
    ['train', 1],
    ['val', val],
    ['test', test],
  ] as const) {
    if (share > 0 && !used.has(split)) {
      throw DataError.expected(`a group of images for ${split}`, dataset.name, `none left of ${groups.size}`)
    }
  }
  const samples = dataset.samples.map((sample) => ({ ...sample, split: chosen.get(sample.group) as Split }))
  return { ...dataset, samples }
}

const order = ['train', 'test', 'val'] as const

function neediest(wanting: Readonly<Record<Split, number>>): Split {
  return order.reduce((most, split) => (wanting[split] > wanting[most] ? split : most))
}

interface Group {
  images: number
  given: Split | undefined
}

function groupsOf(dataset: Dataset): Map<string, Group> {
  const groups = new Map<string, Group>()
  for (const { group, split, image } of dataset.samples) {
    const { images, given } = groups.get(group) ?? { images: 0, given: undefined }
    if (given && split && given !== split) {
      throw DataError.expected(`the split ${given}`, `${image} as for the rest of its group ${group}`, split)
    }
    groups.set(group, { images: images + 1, given: given ?? split })
  }
  return groups
}
