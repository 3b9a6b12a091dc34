import { describe, expect, it } from 'vitest'
import { readLive } from '../../src/data/live.js'
import { writeMat } from './mat-writer.js'
import { bmp, layOut, without } from './temp.js'

const counts = { jp2k: 227, jpeg: 233, wn: 174, gblur: 174, fastfading: 174 }
const images = Object.entries(counts).flatMap(([folder, count]) =>
  Array.from({ length: count }, (_, i) => `${folder}/img${i + 1}.bmp`),
)
// Undistorted copies: one in the middle, and the very last row.
const orgs = images.map((_, row) => (row === 3 || row === 981 ? 1 : 0))
const dmos = images.map((_, row) => (orgs[row] ? 0 : row / 10))
const refnames = images.map((_, row) => (row % 2 ? 'Womanhat.bmp' : 'bikes.bmp'))
const published = {
  ...Object.fromEntries(images.map((image) => [image, bmp])),
  'refimgs/bikes.bmp': bmp,
  'refimgs/womanhat.bmp': bmp,
  'dmos.mat': writeMat({ dmos, orgs }, { compressed: true }),
  'refnames_all.mat': writeMat({ refnames_all: refnames }),
}

describe('readLive', () => {
  it('reads release 2 without the undistorted copies', async () => {
    const root = await layOut(published)
    const dataset = await readLive(root)
    expect(dataset).toMatchObject({ name: 'LIVE', root, opinion: { direction: 'dmos', min: 0, max: 100 } })
    expect(dataset.opinion).not.toHaveProperty('basis')
    expect(dataset.samples).toHaveLength(980)
    expect(dataset.samples[1]).toEqual({
      image: 'jp2k/img2.bmp',
      score: 0.1,
      reference: 'refimgs/womanhat.bmp',
      group: 'womanhat',
      distortion: 'jp2k',
    })
    const names = dataset.samples.map(({ image }) => image)
    expect(names).not.toContain('jp2k/img4.bmp')
    expect(names).not.toContain('fastfading/img174.bmp')
    const first = Object.keys(counts).map((folder) =>
      dataset.samples.find(({ image }) => image === `${folder}/img1.bmp`),
    )
    expect(first.map((sample) => sample?.score)).toEqual([0, 22.7, 46, 63.4, 80.8])
  })

  it('prefers the realigned scores and widens the scale to them', async () => {
    const realigned = dmos.map((score, row) => (row === 0 ? -2.5 : row === 1 ? 111.5 : score))
    const root = await layOut({ ...published, 'dmos_realigned.mat': writeMat({ dmos_new: realigned, orgs }) })
    const { opinion, samples } = await readLive(root)
    expect(opinion).toEqual({ direction: 'dmos', min: -2.5, max: 111.5, basis: 'seen' })
    expect(samples[1]?.score).toBe(111.5)
  })

  it('says what is missing', async () => {
    await expect(readLive('/nowhere/live')).rejects.toThrow(
      'Expected a folder for LIVE but found none at /nowhere/live',
    )
    const noFolder = await layOut(without(published, ...images.filter((image) => image.startsWith('wn/'))))
    await expect(readLive(noFolder)).rejects.toThrow(`Expected the folder wn for LIVE but found none in ${noFolder}`)
    const noImage = await layOut(without(published, 'gblur/img7.bmp'))
    await expect(readLive(noImage)).rejects.toThrow(
      `Expected the image gblur/img7.bmp for LIVE but found no such file in ${noImage}`,
    )
    const noScores = await layOut(without(published, 'dmos.mat'))
    await expect(readLive(noScores)).rejects.toThrow(
      `Expected the file dmos.mat for LIVE but found none in ${noScores}`,
    )
  })

  it('says what is wrong with the scores', async () => {
    const few = await layOut({ ...published, 'dmos.mat': writeMat({ dmos: [1, 2], orgs }) })
    await expect(readLive(few)).rejects.toThrow('Expected 982 rows for dmos.mat but found 2')
    const nan = await layOut({ ...published, 'dmos.mat': writeMat({ dmos: dmos.with(0, Number.NaN), orgs }) })
    await expect(readLive(nan)).rejects.toThrow('Expected a number for the score of jp2k/img1.bmp but found "NaN"')
    const far = await layOut({ ...published, 'dmos.mat': writeMat({ dmos: dmos.with(0, 500), orgs }) })
    await expect(readLive(far)).rejects.toThrow('Expected a score from -25 to 125 for jp2k/img1.bmp but found 500')
    const all = await layOut({ ...published, 'dmos.mat': writeMat({ dmos, orgs: orgs.map(() => 1) }) })
    await expect(readLive(all)).rejects.toThrow('Expected at least one image for LIVE but found none in dmos.mat')
  })
})
