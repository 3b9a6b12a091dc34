import { DataError } from './data-error.js'
import { checkSamples, contentOf, type Dataset, type Opinion, parseScore, type Sample } from './dataset.js'
import { matNumbers, matTexts, readMat } from './mat.js'
import { Tree } from './tree.js'

const opinion: Opinion = { direction: 'mos', min: 0, max: 100 }
const images = 'Data/AllImages_release.mat'
const scores = 'Data/AllMOS_release.mat'

/**
 * LIVE In the Wild Image Quality Challenge Database (CLIVE): 1169 photographs with authentic distortions, MOS 0 to
 * 100, higher is better, no references. https://live.ece.utexas.edu/research/ChallengeDB/index.html
 *
 * Reads `Data/AllImages_release.mat`, `Data/AllMOS_release.mat` and `Images/`. The first seven images, on which the
 * observers were trained, are scored like the others and lie in `Images/trainingImages/`.
 *
 * @throws {DataError} when a file is missing, or is not as published.
 */
export async function readClive(root: string): Promise<Dataset> {
  const tree = new Tree(root, 'CLIVE')
  await tree.folder('')
  await tree.folder('Images')
  const names = matTexts(readMat(await tree.bytes(images), images), 'AllImages_release', images)
  const values = matNumbers(readMat(await tree.bytes(scores), scores), 'AllMOS_release', scores)
  if (names.length !== values.length) {
    throw DataError.expected(`${names.length} scores, as many as names`, scores, `${values.length}`)
  }
  const samples: Sample[] = []
  for (const [index, name] of names.entries()) {
    const image = (await tree.find(`Images/trainingImages/${name}`)) ?? (await tree.image(`Images/${name}`))
    samples.push({ image, score: parseScore(values[index] as number, opinion, name), group: contentOf(name) })
  }
  return checkSamples({ name: 'CLIVE', root, opinion, samples }, images)
}
