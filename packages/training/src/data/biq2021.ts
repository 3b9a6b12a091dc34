import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { DataError } from './data-error.js'
import {
  checkSamples,
  contentOf,
  type Dataset,
  type Opinion,
  parseScore,
  parseSplit,
  type Sample,
  type Split,
} from './dataset.js'
import type { DatasetOptions } from './options.js'
import { Table } from './table.js'
import { Tree } from './tree.js'

const opinion: Opinion = { direction: 'mos', min: 0, max: 1 }
const lists: readonly [file: string, split: Split][] = [
  ['Train (Images and MOS).csv', 'train'],
  ['Test (Images and MOS).csv', 'test'],
]
const ownSplit = fileURLToPath(new URL('../../data/biq2021-split.csv', import.meta.url))

/**
 * BIQ2021: 12,000 photographs with authentic distortions, 512 x 512, MOS 0 to 1, higher is better, no references.
 * Ahmed et al., https://doi.org/10.1117/1.JEI.31.5.053010, https://github.com/nisarahmedrana/BIQ2021
 *
 * Reads `Images/`, `Train (Images and MOS).csv` and `Test (Images and MOS).csv`. Those two are also the published
 * split, but near-duplicates lie on both sides of it; the split that ships with this package keeps them together, and
 * is used unless the option `split` says `published` or names another CSV file (columns `image` and `split`, and
 * `mos`, which then must agree).
 *
 * @throws {DataError} when a file is missing, is not as published, or the split leaves out an image.
 */
export async function readBiq2021(root: string, options: Pick<DatasetOptions, 'split'> = {}): Promise<Dataset> {
  const tree = new Tree(root, 'BIQ2021')
  await tree.folder('')
  await tree.folder('Images')
  const splitOf = options.split === 'published' ? undefined : await readSplit(options.split ?? ownSplit)
  const samples: Sample[] = []
  for (const [list, published] of lists) {
    const table = Table.parse(await tree.text(list), list)
    const [name, mos] = [table.column('Image Name'), table.column('MOS')]
    for (const row of table.rows) {
      const score = parseScore(mos(row), opinion, name(row))
      samples.push({
        image: await tree.image(`Images/${name(row)}`),
        score,
        group: contentOf(name(row)),
        ...partOf(name(row)),
        split: splitOf ? splitOf(name(row), score) : published,
      })
    }
  }
  return checkSamples({ name: 'BIQ2021', root, opinion, samples }, 'its lists')
}

/** `ss02 (1014).jpg` is of the second of three parts, whose photographs came from different places. */
function partOf(name: string): Pick<Sample, 'part'> {
  const part = /^ss\d+/i.exec(name)?.[0]
  return part === undefined ? {} : { part: part.toLowerCase() }
}

async function readSplit(path: string): Promise<(image: string, score: number) => Split> {
  let text: string
  try {
    text = await readFile(path, 'utf8')
  } catch (error) {
    throw DataError.expected('a CSV file', 'the split of BIQ2021', `${path} (${(error as Error).message})`)
  }
  const table = Table.parse(text, path)
  const [image, split, mos] = [table.column('image'), table.column('split'), table.optional('mos')]
  const rows = new Map(table.rows.map((row) => [image(row).toLowerCase(), row]))
  return (name, score) => {
    const row = rows.get(name.toLowerCase())
    if (!row) throw DataError.expected(`a row in ${path}`, name, 'none')
    if (mos(row) !== '' && Number(mos(row)) !== score) {
      throw DataError.expected(`the published score ${score}`, `${name} in ${path}`, mos(row))
    }
    return parseSplit(split(row), name)
  }
}
