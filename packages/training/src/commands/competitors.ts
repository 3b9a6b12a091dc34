import { readFileSync } from 'node:fs'
import { basename, extname, join } from 'node:path'
import { DataError } from '../data/data-error.js'
import { Table } from '../data/table.js'
import { fitStatisticsRidge, type JudgedRows, RIDGE_KINDS } from '../measure/index.js'
import { bitsAPixel, laplacianVariance } from '../measure/naive.js'
import type { Store } from '../store/store.js'
import { openPicture } from './open-picture.js'

/** A metric beside the network: one number an image, higher is better. */
export interface Competitor {
  name: string
  predictions: number[]
  /** What a ridge's weights cost, as val chose it. */
  penalty?: number
}

/** Fewer images than this tell nothing of a ridge's penalty. */
const LEAST_VAL = 10

/** The built-in ridges, fitted on a set's train and val; none where the set has too few of either. */
export function ridges(store: Store, images: readonly number[]): Competitor[] {
  const [train, val] = [judgedRows(store, store.of('train')), judgedRows(store, store.of('val'))]
  if (val.rows.length < LEAST_VAL) return []
  // Fewer images than statistics: nothing to learn from.
  const kinds = RIDGE_KINDS.filter(({ statistics }) => train.rows.length > statistics.length)
  return kinds.map((kind) => {
    const { predict, penalty } = fitStatisticsRidge(kind, train, val)
    return { name: kind.name, predictions: images.map((i) => predict(store.statisticsOf(i))), penalty }
  })
}

function judgedRows(store: Store, images: readonly number[]): JudgedRows {
  return { rows: images.map((i) => store.statisticsOf(i)), truths: images.map((i) => store.images[i]!.quality!) }
}

/**
 * Bits a pixel and the variance of the Laplacian, from a set's files.
 *
 * @param root the folder that the set was prepared from
 * @throws {DataError} when a file is missing or does not decode
 */
export async function naive(root: string, names: readonly string[], signal: AbortSignal): Promise<Competitor[]> {
  const [bits, variances]: [number[], number[]] = [[], []]
  for (const name of names) {
    signal.throwIfAborted()
    const { pixels, bytes } = await openPicture(join(root, name))
    bits.push(bitsAPixel(bytes, pixels))
    variances.push(laplacianVariance(pixels))
  }
  return [
    { name: 'bits a pixel', predictions: bits },
    { name: 'variance of the Laplacian', predictions: variances },
  ]
}

/**
 * Another metric's scores from a CSV file with the columns `image` and `score`. An image goes by its path in the data
 * set, or by its file name alone.
 *
 * @param lower whether a lower score is better
 * @throws {DataError} when the file is no such table, or has no score for an image
 */
export function fromFile(file: string, names: readonly string[], lower: boolean): Competitor {
  const found = Table.parse(read(file), file)
  const [image, score] = [found.column('image', 'file'), found.column('score')]
  const scores = new Map(found.rows.map((row) => [image(row), score(row)]))
  const predictions = names.map((name) => {
    const given = scores.get(name) ?? scores.get(basename(name))
    if (given === undefined) throw DataError.expected('a score', `${name} in ${file}`, 'none')
    const value = given === '' ? Number.NaN : Number(given)
    if (!Number.isFinite(value)) throw DataError.expected('a number', `the score of ${name} in ${file}`, `"${given}"`)
    return lower ? -value : value
  })
  return { name: basename(file, extname(file)), predictions }
}

function read(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw DataError.expected('a CSV file', '--against', `${file} (${(error as Error).message})`)
  }
}
