import { describe, expect, it } from 'vitest'
import { readClive } from '../../src/data/clive.js'
import { writeMat } from './mat-writer.js'
import { bmp, jpg, layOut, without } from './temp.js'

const names = ['t1.bmp', 't2.bmp', '3.bmp', '1024.JPG']
const published = {
  'Images/trainingImages/t1.bmp': bmp,
  'Images/trainingImages/t2.bmp': bmp,
  'Images/3.bmp': bmp,
  'Images/1024.JPG': jpg,
  'Data/AllImages_release.mat': writeMat({ AllImages_release: names }, { compressed: true }),
  'Data/AllMOS_release.mat': writeMat({ AllMOS_release: [63.9634, 35.5, 3.42, 92.43] }, { compressed: true }),
}

describe('readClive', () => {
  it('reads the training images of the study too', async () => {
    const root = await layOut(published)
    expect(await readClive(root)).toEqual({
      name: 'CLIVE',
      root,
      opinion: { direction: 'mos', min: 0, max: 100 },
      samples: [
        { image: 'Images/trainingImages/t1.bmp', score: 63.9634, group: 't1' },
        { image: 'Images/trainingImages/t2.bmp', score: 35.5, group: 't2' },
        { image: 'Images/3.bmp', score: 3.42, group: '3' },
        { image: 'Images/1024.JPG', score: 92.43, group: '1024' },
      ],
    })
  })

  it('says what is missing', async () => {
    for (const [file, message] of [
      ['Data/AllImages_release.mat', 'Expected the file Data/AllImages_release.mat for CLIVE but found none in'],
      ['Data/AllMOS_release.mat', 'Expected the file Data/AllMOS_release.mat for CLIVE but found none in'],
      ['Images/3.bmp', 'Expected the image Images/3.bmp for CLIVE but found no such file in'],
    ] as const) {
      await expect(readClive(await layOut(without(published, file)))).rejects.toThrow(message)
    }
    const noImages = await layOut({ 'Data/AllMOS_release.mat': published['Data/AllMOS_release.mat'] })
    await expect(readClive(noImages)).rejects.toThrow(
      `Expected the folder Images for CLIVE but found none in ${noImages}`,
    )
  })

  it('says what is wrong with the scores', async () => {
    for (const [scores, message] of [
      [[1, 2], 'Expected 4 scores, as many as names for Data/AllMOS_release.mat but found 2'],
      [[1, 2, 101, 4], 'Expected a score from 0 to 100 for 3.bmp but found 101'],
      [[1, 2, Number.NaN, 4], 'Expected a number for the score of 3.bmp but found "NaN"'],
    ] as const) {
      const root = await layOut({ ...published, 'Data/AllMOS_release.mat': writeMat({ AllMOS_release: scores }) })
      await expect(readClive(root)).rejects.toThrow(message)
    }
    const other = await layOut({ ...published, 'Data/AllMOS_release.mat': writeMat({ MOS: [1] }) })
    await expect(readClive(other)).rejects.toThrow(
      'Expected an array of numbers AllMOS_release for Data/AllMOS_release.mat but found MOS (numbers)',
    )
    const empty = await layOut({
      ...published,
      'Data/AllImages_release.mat': writeMat({ AllImages_release: [] as string[] }),
      'Data/AllMOS_release.mat': writeMat({ AllMOS_release: new Float64Array() }),
    })
    await expect(readClive(empty)).rejects.toThrow(
      'Expected at least one image for CLIVE but found none in Data/AllImages_release.mat',
    )
  })
})
