import { DataError } from './data-error.js'

export type Split = 'train' | 'val' | 'test'

export interface Sample {
  /** Path of the image, relative to the data set's root, with `/`, spelled as on disk. */
  image: string
  /** The opinion score as published. */
  score: number
  /** Path of the undistorted picture, relative to the root, where the data set has one. */
  reference?: string
  /** What must never be on both sides of a split: the reference's content, or a given group. Unique in its data set. */
  group: string
  /** The part of the data set that it belongs to, where there are parts that differ in kind. */
  part?: string
  /** The published name of the distortion, e.g. `jpeg`, `Gaussian blur`. */
  distortion?: string
  /** The published level: 1 is the mildest, where the data set orders its levels at all. */
  level?: number
  /** Where the data set or the user gives one. */
  split?: Split
}

/** What a published score means. With `dmos`, higher is worse. */
export interface Opinion {
  direction: 'mos' | 'dmos'
  /** Lower end of the published scale. */
  min: number
  /** Upper end of the published scale. */
  max: number
  /** `seen`: `min` or `max` is not that of a published scale, but of the scores themselves. */
  basis?: 'seen'
}

export interface Dataset {
  name: string
  root: string
  opinion: Opinion
  samples: Sample[]
}

/**
 * The published score on 0 to 100, higher is better: linear over the published range, turned round for DMOS.
 *
 * @throws {DataError} when the range is empty or the score is not a number within it.
 */
export function quality(opinion: Opinion, score: number): number {
  const { direction, min, max } = checkOpinion(opinion)
  // Also catches NaN, which no comparison holds for.
  if (!(score >= min && score <= max)) throw DataError.expected(`a score from ${min} to ${max}`, 'quality', `${score}`)
  const share = (score - min) / (max - min)
  return 100 * (direction === 'mos' ? share : 1 - share)
}

/** @throws {DataError} unless `min` and `max` are numbers and `min` is the lower one. */
export function checkOpinion(opinion: Opinion): Opinion {
  const { min, max } = opinion
  if (!(Number.isFinite(min) && Number.isFinite(max) && min < max)) {
    throw DataError.expected('a range with min below max', 'the opinion scores', `${min} to ${max}`)
  }
  return opinion
}

/** @throws {DataError} when `value` is not the text of a number, or lies outside `opinion`'s range. */
export function parseScore(value: string | number, opinion: Pick<Opinion, 'min' | 'max'>, image: string): number {
  // Number('') is 0: an empty cell would pass as the worst score.
  const score = typeof value === 'string' && value.trim() === '' ? Number.NaN : Number(value)
  if (!Number.isFinite(score)) throw DataError.expected('a number', `the score of ${image}`, JSON.stringify(`${value}`))
  if (score < opinion.min || score > opinion.max) {
    throw DataError.expected(`a score from ${opinion.min} to ${opinion.max}`, image, `${score}`)
  }
  return score
}

const splits: Readonly<Record<string, Split>> = {
  train: 'train',
  training: 'train',
  val: 'val',
  validation: 'val',
  test: 'test',
}

/** @throws {DataError} when `value` is no name of a split. */
export function parseSplit(value: string, image: string): Split {
  const split = Object.hasOwn(splits, value.toLowerCase()) ? splits[value.toLowerCase()] : undefined
  if (!split) throw DataError.expected('one of: train, val, test', `the split of ${image}`, JSON.stringify(value))
  return split
}

/** @throws {DataError} when there is no sample, or an image is there twice. `source` names the list they came from. */
export function checkSamples(dataset: Dataset, source: string): Dataset {
  if (dataset.samples.length === 0) throw DataError.expected('at least one image', dataset.name, `none in ${source}`)
  const seen = new Set<string>()
  for (const { image } of dataset.samples) {
    if (seen.has(image)) throw DataError.expected('each image once', dataset.name, `${image} twice in ${source}`)
    seen.add(image)
  }
  return dataset
}

/** The name of a picture's content: its path in lower case, without the extension. */
export function contentOf(path: string): string {
  return path.replace(/\.[^./]*$/, '').toLowerCase()
}
