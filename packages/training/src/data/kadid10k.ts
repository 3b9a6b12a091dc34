import { DataError } from './data-error.js'
import { checkSamples, contentOf, type Dataset, type Opinion, parseScore, type Sample } from './dataset.js'
import { Table } from './table.js'
import { Tree } from './tree.js'

/** By number, as in the file names: `I01_10_05.png` is the fifth level of the tenth. */
const distortions = [
  'Gaussian blur',
  'Lens blur',
  'Motion blur',
  'Color diffusion',
  'Color shift',
  'Color quantization',
  'Color saturation 1',
  'Color saturation 2',
  'JPEG2000',
  'JPEG',
  'White noise',
  'White noise in color component',
  'Impulse noise',
  'Multiplicative noise',
  'Denoise',
  'Brighten',
  'Darken',
  'Mean shift',
  'Jitter',
  'Non-eccentricity patch',
  'Pixelate',
  'Quantization',
  'Color block',
  'High sharpen',
  'Contrast change',
] as const

/** The column is called `dmos`, but 5 is the answer "imperceptible": higher is better. */
const opinion: Opinion = { direction: 'mos', min: 1, max: 5 }
const list = 'dmos.csv'

/**
 * KADID-10k: 81 pictures, 25 distortions at 5 levels, 10,125 images, scores 1 to 5, higher is better.
 * https://database.mmsp-kn.de/kadid-10k-database.html
 *
 * Reads `dmos.csv` (`dist_img,ref_img,dmos,var`) and `images/`, which holds the references too.
 *
 * @throws {DataError} when a file is missing, or is not as published.
 */
export async function readKadid10k(root: string): Promise<Dataset> {
  const tree = new Tree(root, 'KADID-10k')
  await tree.folder('')
  await tree.folder('images')
  const table = Table.parse(await tree.text(list), list)
  const [name, reference, score] = [table.column('dist_img'), table.column('ref_img'), table.column('dmos')]
  const samples: Sample[] = []
  for (const row of table.rows) {
    const [, type, level] = /^I\d+_(\d\d)_(\d\d)\.png$/i.exec(name(row)) ?? []
    const distortion = distortions[Number(type) - 1]
    if (!distortion) throw DataError.expected('a name like I01_01_01.png', list, JSON.stringify(name(row)))
    samples.push({
      image: await tree.image(`images/${name(row)}`),
      score: parseScore(score(row), opinion, name(row)),
      reference: await tree.image(`images/${reference(row)}`),
      group: contentOf(reference(row)),
      distortion,
      level: Number(level),
    })
  }
  return checkSamples({ name: 'KADID-10k', root, opinion, samples }, list)
}
