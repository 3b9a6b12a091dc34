import { DataError } from './data-error.js'
import { checkSamples, contentOf, type Dataset, type Opinion, parseScore, parseSplit, type Sample } from './dataset.js'
import type { DatasetOptions } from './options.js'
import { Table } from './table.js'
import { Tree } from './tree.js'

const withSplit = 'koniq10k_distributions_sets.csv'
const withoutSplit = 'koniq10k_scores_and_distributions.csv'

/** The z-scores' mean, on the publishers' scale. */
const rescaled: Opinion = { direction: 'mos', min: 1, max: 100 }
/** The answers' plain mean. */
const answers: Opinion = { direction: 'mos', min: 1, max: 5 }

/**
 * KonIQ-10k: 10,073 photographs with authentic distortions, MOS, higher is better, no references.
 * https://database.mmsp-kn.de/koniq-10k-database.html
 *
 * Reads `koniq10k_distributions_sets.csv` (`MOS` 1 to 100, with the published split in `set`), or, where it is not
 * there, `koniq10k_scores_and_distributions.csv` (`MOS_zscore` 1 to 100, or else `MOS` 1 to 5; no split). Images are
 * in `1024x768/` or, where that is not there, `512x384/` (option `size` says which).
 *
 * @throws {DataError} when a file is missing, or is not as published.
 */
export async function readKoniq10k(root: string, options: Pick<DatasetOptions, 'size'> = {}): Promise<Dataset> {
  const tree = new Tree(root, 'KonIQ-10k')
  await tree.folder('')
  const folder = await folderOf(tree, options.size)
  const list = (await tree.find(withSplit)) ?? (await tree.find(withoutSplit))
  if (list === undefined) {
    throw DataError.expected(`the file ${withSplit} or ${withoutSplit}`, 'KonIQ-10k', `neither in ${root}`)
  }
  const table = Table.parse(await tree.text(list), list)
  const name = table.column('image_name')
  // `MOS` means one thing in the list with the split, and another in the list without it.
  const opinion = table.has('set') || table.has('MOS_zscore') ? rescaled : answers
  const score = table.column('MOS_zscore', 'MOS')
  const set = table.optional('set')
  const samples: Sample[] = []
  for (const row of table.rows) {
    const image = await tree.image(`${folder}/${name(row)}`)
    samples.push({
      image,
      score: parseScore(score(row), opinion, name(row)),
      group: contentOf(name(row)),
      ...(table.has('set') && { split: parseSplit(set(row), name(row)) }),
    })
  }
  return checkSamples({ name: 'KonIQ-10k', root, opinion, samples }, list)
}

async function folderOf(tree: Tree, size: string | undefined): Promise<string> {
  if (size !== undefined) {
    if (!['1024x768', '512x384'].includes(size)) {
      throw DataError.expected('one of: 1024x768, 512x384', 'the size of KonIQ-10k', JSON.stringify(size))
    }
    return tree.folder(size)
  }
  const folder = await tree.first(['1024x768', '512x384'])
  if (folder === undefined) {
    throw DataError.expected('the folder 1024x768 or 512x384', 'KonIQ-10k', `neither in ${tree.root}`)
  }
  return folder
}
