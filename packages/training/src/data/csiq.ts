import { DataError } from './data-error.js'
import { checkSamples, type Dataset, type Opinion, parseScore, type Sample } from './dataset.js'
import type { DatasetOptions } from './options.js'
import { parseRows, type Row, Table } from './table.js'
import { Tree } from './tree.js'
import { readSheet } from './xlsx.js'

const opinion: Opinion = { direction: 'dmos', min: 0, max: 1 }

/** In the order of the published columns: an export without a header has these. */
const columns = ['image', 'dst_idx', 'dst_type', 'dst_lev', 'dmos_std', 'dmos']

const lists = ['csiq.DMOS.xlsx', 'csiq.DMOS.csv', 'csiq.DMOS.tsv', 'csiq.DMOS.txt', 'csiq.beta.txt']

/** The list's name of a distortion, and the folder's, which is in the file names too. */
const folders: Readonly<Record<string, string>> = {
  noise: 'awgn',
  awgn: 'awgn',
  jpeg: 'jpeg',
  'jpeg 2000': 'jpeg2000',
  jpeg2000: 'jpeg2000',
  fnoise: 'fnoise',
  blur: 'blur',
  contrast: 'contrast',
}

/**
 * CSIQ: 30 pictures, 6 distortions, 866 scored images, DMOS 0 to 1, higher is worse.
 * Larson and Chandler, https://doi.org/10.1117/1.3267105
 *
 * Reads the sheet `all_by_image` of `csiq.DMOS.xlsx`, or an export of it as comma, semicolon or tab separated text
 * (option `scores`), with the header `image, dst_idx, dst_type, dst_lev, dmos_std, dmos` or none. Images are
 * `dst_imgs/FOLDER/NAME.TYPE.LEVEL.png`, references `src_imgs/NAME.png`. Images that nobody scored (some of
 * `contrast`) are not in the list and left out.
 *
 * @throws {DataError} when a file is missing, or is not as published.
 */
export async function readCsiq(root: string, options: Pick<DatasetOptions, 'scores'> = {}): Promise<Dataset> {
  const tree = new Tree(root, 'CSIQ')
  await tree.folder('')
  await tree.folder('src_imgs')
  await tree.folder('dst_imgs')
  const file = await tree.file(options.scores ?? (await tree.first(lists)) ?? 'csiq.DMOS.xlsx')
  const rows = /\.xlsx$/i.test(file)
    ? readSheet(await tree.bytes(file), 'all_by_image', file)
    : parseRows(await tree.text(file), file)
  const table = tableOf(rows, file)
  const [name, type, level] = [table.column('image'), table.column('dst_type'), table.column('dst_lev')]
  const dmos = table.column('dmos')

  const samples: Sample[] = []
  for (const row of table.rows) {
    // Spreadsheets pad their tables with empty rows.
    if (name(row) === '') continue
    const folder = folders[type(row).toLowerCase()]
    if (!folder) {
      const known = Object.keys(folders).join(', ')
      throw DataError.expected(`one of: ${known}`, `dst_type of ${name(row)} in ${file}`, JSON.stringify(type(row)))
    }
    const image = await tree.image(`dst_imgs/${folder}/${name(row)}.${folder}.${level(row)}.png`)
    samples.push({
      image,
      score: parseScore(dmos(row), opinion, image),
      reference: await tree.image(`src_imgs/${name(row)}.png`),
      group: name(row).toLowerCase(),
      distortion: folder,
      level: Number(level(row)),
    })
  }
  return checkSamples({ name: 'CSIQ', root, opinion, samples }, file)
}

/** The published sheet has a title and empty columns before its header. */
function tableOf(rows: readonly Row[], file: string): Table {
  const header = rows.findIndex((row) => row.some((cell) => cell.toLowerCase() === 'dst_type'))
  const without = header < 0 && rows[0]?.length === columns.length
  return without ? new Table(columns, rows, file) : new Table(rows[header] ?? [], rows.slice(header + 1), file)
}
