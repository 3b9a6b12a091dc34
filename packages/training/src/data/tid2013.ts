import { DataError } from './data-error.js'
import { checkSamples, type Dataset, type Opinion, parseScore, type Sample } from './dataset.js'
import { Tree } from './tree.js'

/** By number, as in the file names: `I01_08_3.bmp` is the third level of the eighth. */
const distortions = [
  'Additive Gaussian noise',
  'Additive noise in color components is more intensive than additive noise in the luminance component',
  'Spatially correlated noise',
  'Masked noise',
  'High frequency noise',
  'Impulse noise',
  'Quantization noise',
  'Gaussian blur',
  'Image denoising',
  'JPEG compression',
  'JPEG2000 compression',
  'JPEG transmission errors',
  'JPEG2000 transmission errors',
  'Non eccentricity pattern noise',
  'Local block-wise distortions of different intensity',
  'Mean shift (intensity shift)',
  'Contrast change',
  'Change of color saturation',
  'Multiplicative Gaussian noise',
  'Comfort noise',
  'Lossy compression of noisy images',
  'Image color quantization with dither',
  'Chromatic aberrations',
  'Sparse sampling and reconstruction',
] as const

const opinion: Opinion = { direction: 'mos', min: 0, max: 9 }
const list = 'mos_with_names.txt'

/**
 * TID2013: 25 pictures, 24 distortions at 5 levels, 3000 images, MOS 0 to 9, higher is better.
 * https://www.ponomarenko.info/tid2013.htm
 *
 * Reads `mos_with_names.txt` (`5.51429 I01_01_1.bmp` a line), `distorted_images/` and `reference_images/`; the
 * published names differ in case between the list and the folders. The levels of "Contrast change" and "Mean shift"
 * alternate in direction: for those a higher level is not always worse.
 *
 * @throws {DataError} when a file is missing, or is not as published.
 */
export async function readTid2013(root: string): Promise<Dataset> {
  const tree = new Tree(root, 'TID2013')
  await tree.folder('')
  await tree.folder('distorted_images')
  await tree.folder('reference_images')
  const samples: Sample[] = []
  for (const line of (await tree.text(list)).split(/\r?\n/)) {
    if (line.trim() === '') continue
    const [score = '', name = ''] = line.trim().split(/\s+/)
    const [, picture = '', type, level] = /^(I\d\d)_(\d\d)_(\d)\.bmp$/i.exec(name) ?? []
    const distortion = distortions[Number(type) - 1]
    if (!distortion) throw DataError.expected('a score and a name like I01_01_1.bmp', list, JSON.stringify(line.trim()))
    samples.push({
      image: await tree.image(`distorted_images/${name}`),
      score: parseScore(score, opinion, name),
      reference: await tree.image(`reference_images/${picture}.bmp`),
      group: picture.toLowerCase(),
      distortion,
      level: Number(level),
    })
  }
  return checkSamples({ name: 'TID2013', root, opinion, samples }, list)
}
