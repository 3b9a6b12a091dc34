import { basename, resolve } from 'node:path'
import { DataError } from './data-error.js'
import {
  checkOpinion,
  checkSamples,
  contentOf,
  type Dataset,
  type Opinion,
  parseScore,
  parseSplit,
  type Sample,
} from './dataset.js'
import type { DatasetOptions } from './options.js'
import { type Row, Table } from './table.js'
import { Tree } from './tree.js'

/**
 * Any data set as one table, separated by comma, semicolon or tab, with a header. Columns, in any order and case:
 * `image` (or `file`), a path relative to the root; `score` (or `mos`), with a decimal point; and, where there are
 * such, `reference` (or `ref`), `group`, `part`, `split` (train, val, test; empty where it is to be drawn),
 * `distortion`, `level`. Other columns are not read. Images with the same reference are one group, unless `group` says otherwise.
 *
 * What the scores mean is in the options `direction`, `min` and `max`. Without them they are MOS over the range that
 * is there, which `opinion.basis` records.
 *
 * @throws {DataError} when a file is missing, or a cell is not what its column holds.
 */
export async function readPlainCsv(
  root: string,
  options: Pick<DatasetOptions, 'scores' | 'name' | 'direction' | 'min' | 'max'> = {},
): Promise<Dataset> {
  const name = options.name ?? basename(resolve(root))
  const tree = new Tree(root, name)
  await tree.folder('')
  const file = await tree.file(options.scores ?? 'scores.csv')
  const table = Table.parse(await tree.text(file), file)
  if (table.rows.length === 0) throw DataError.expected('at least one image', name, `none in ${file}`)
  const opinion = opinionOf(table, options)
  const read = reader(table, opinion, tree)
  const samples: Sample[] = []
  for (const row of table.rows) samples.push(await read(row))
  return checkSamples({ name, root, opinion, samples }, file)
}

function opinionOf(table: Table, options: Pick<DatasetOptions, 'direction' | 'min' | 'max'>): Opinion {
  const { direction = 'mos', min, max } = options
  if (direction !== 'mos' && direction !== 'dmos') {
    throw DataError.expected('one of: mos, dmos', 'direction', JSON.stringify(direction))
  }
  if (min !== undefined && max !== undefined) return checkOpinion({ direction, min, max })
  const [image, score] = [table.column('image', 'file'), table.column('score', 'mos')]
  const unbounded = { min: -Infinity, max: Infinity }
  const scores = table.rows.map((row) => parseScore(score(row), unbounded, image(row)))
  // Not spread into Math.min: a table may have more rows than a call has arguments.
  const seen = scores.reduce((range, s) => ({ min: Math.min(range.min, s), max: Math.max(range.max, s) }), {
    min: Infinity,
    max: -Infinity,
  })
  return checkOpinion({ direction, min: min ?? seen.min, max: max ?? seen.max, basis: 'seen' })
}

function reader(table: Table, opinion: Opinion, tree: Tree): (row: Row) => Promise<Sample> {
  const [image, score] = [table.column('image', 'file'), table.column('score', 'mos')]
  const [reference, group] = [table.optional('reference', 'ref'), table.optional('group')]
  const [split, distortion, level] = [table.optional('split'), table.optional('distortion'), table.optional('level')]
  const part = table.optional('part')
  return async (row) => {
    const path = image(row)
    if (path === '') throw DataError.expected('the path of an image', `every row of ${table.file}`, 'an empty cell')
    const referencePath = reference(row) === '' ? undefined : await tree.image(reference(row))
    return {
      image: await tree.image(path),
      score: parseScore(score(row), opinion, path),
      ...(referencePath !== undefined && { reference: referencePath }),
      group: group(row) || contentOf(referencePath ?? path),
      ...(part(row) !== '' && { part: part(row) }),
      ...(distortion(row) !== '' && { distortion: distortion(row) }),
      ...(level(row) !== '' && { level: parseLevel(level(row), path) }),
      ...(split(row) !== '' && { split: parseSplit(split(row), path) }),
    }
  }
}

function parseLevel(value: string, image: string): number {
  const level = Number(value)
  if (!Number.isFinite(level)) throw DataError.expected('a number', `the level of ${image}`, JSON.stringify(value))
  return level
}
