import { DataError } from './data-error.js'
import { checkSamples, contentOf, type Dataset, type Opinion, parseScore, type Sample } from './dataset.js'
import { matNumbers, matTexts, readMat } from './mat.js'
import { Tree } from './tree.js'

/** The folders, in the order of the rows in the MAT-files, and how many images each has. */
const folders = [
  ['jp2k', 227],
  ['jpeg', 233],
  ['wn', 174],
  ['gblur', 174],
  ['fastfading', 174],
] as const
const total = folders.reduce((sum, [, count]) => sum + count, 0)

/** Values beyond these are no DMOS of this data set, but another column or a damaged file. */
const plausible = { min: -25, max: 125 }

/**
 * LIVE Image Quality Assessment Database, release 2: 29 pictures, 779 distorted images, DMOS.
 * https://live.ece.utexas.edu/research/Quality/subjective.htm
 *
 * Reads `dmos_realigned.mat` (`dmos_new`, `orgs`) where it is there, otherwise `dmos.mat` (`dmos`, `orgs`), and
 * `refnames_all.mat`; images are `FOLDER/imgN.bmp`. The undistorted copies (`orgs` = 1) are left out: they are the
 * references again, with a score of 0 by definition.
 *
 * The scale is 0 to 100, higher is worse. Realignment carries scores a little past both ends; the range is then
 * widened to the scores there are, so that none is cut off.
 *
 * @throws {DataError} when a file is missing, or is not as published.
 */
export async function readLive(root: string): Promise<Dataset> {
  const tree = new Tree(root, 'LIVE')
  await tree.folder('')
  for (const [folder] of folders) await tree.folder(folder)
  await tree.folder('refimgs')

  const realigned = await tree.find('dmos_realigned.mat')
  const file = realigned ?? 'dmos.mat'
  const variables = readMat(await tree.bytes(file), file)
  const scores = perImage(matNumbers(variables, realigned ? 'dmos_new' : 'dmos', file), file)
  const undistorted = perImage(matNumbers(variables, 'orgs', file), file)
  const names = readMat(await tree.bytes('refnames_all.mat'), 'refnames_all.mat')
  const references = perImage(matTexts(names, 'refnames_all', 'refnames_all.mat'), 'refnames_all.mat')

  const samples: Sample[] = []
  let row = 0
  for (const [folder, count] of folders) {
    for (let n = 1; n <= count; n++, row++) {
      if (undistorted[row] === 1) continue
      const image = await tree.image(`${folder}/img${n}.bmp`)
      const reference = await tree.image(`refimgs/${references[row]}`)
      const score = parseScore(scores[row] as number, plausible, image)
      samples.push({ image, score, reference, group: contentOf(references[row] as string), distortion: folder })
    }
  }
  return checkSamples({ name: 'LIVE', root, opinion: opinionOf(samples), samples }, file)
}

function opinionOf(samples: readonly Sample[]): Opinion {
  const scores = samples.map(({ score }) => score)
  const range = { min: Math.min(0, ...scores), max: Math.max(100, ...scores) }
  const widened = range.min < 0 || range.max > 100
  return { direction: 'dmos', ...range, ...(widened && { basis: 'seen' }) }
}

function perImage<T>(values: T[], file: string): T[] {
  if (values.length !== total) throw DataError.expected(`${total} rows`, file, `${values.length}`)
  return values
}
