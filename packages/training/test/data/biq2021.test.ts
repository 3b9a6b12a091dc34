import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readBiq2021 } from '../../src/data/biq2021.js'
import { jpg, layOut, without } from './temp.js'

const train = 'Train (Images and MOS).csv'
const test = 'Test (Images and MOS).csv'
/** Names and scores are real ones, since the split that ships is of the real data set. */
const published = {
  'Images/ss02 (1014).JPG': jpg,
  'Images/ss03 (3753).jpg': jpg,
  'Images/ss03 (954).jpg': jpg,
  [train]: 'Image Name,MOS,,\r\nss03 (3753).jpg,0.8471,,\r\n',
  [test]: 'Image Name,MOS\r\nss03 (954).jpg,0.6337\r\n',
}

describe('readBiq2021', () => {
  it('uses the split that ships', async () => {
    const root = await layOut(published)
    const dataset = await readBiq2021(root)
    expect(dataset).toMatchObject({ name: 'BIQ2021', root, opinion: { direction: 'mos', min: 0, max: 1 } })
    expect(dataset.samples).toEqual([
      {
        image: 'Images/ss03 (3753).jpg',
        score: 0.8471,
        group: 'ss03 (3753)',
        part: 'ss03',
        split: expect.stringMatching(/^(train|val|test)$/),
      },
      {
        image: 'Images/ss03 (954).jpg',
        score: 0.6337,
        group: 'ss03 (954)',
        part: 'ss03',
        split: expect.stringMatching(/^(train|val|test)$/),
      },
    ])
  })

  it('uses the published split, or another one, when asked to', async () => {
    const split = 'image,mos,split\nss03 (954).jpg,0.63370,val\nSS03 (3753).JPG,0.8471,test\nnot-here.jpg,1,train\n'
    const root = await layOut({ ...published, 'split.csv': split })
    const splits = async (of: string) => (await readBiq2021(root, { split: of })).samples.map(({ split }) => split)
    expect(await splits('published')).toEqual(['train', 'test'])
    expect(await splits(join(root, 'split.csv'))).toEqual(['test', 'val'])
  })

  it('finds images whose extension is spelled otherwise', async () => {
    const root = await layOut({ ...published, [train]: 'Image Name,MOS,,\nss02 (1014).jpg,0.5,,\n' })
    expect((await readBiq2021(root, { split: 'published' })).samples[0]?.image).toBe('Images/ss02 (1014).JPG')
  })

  it('says what is missing', async () => {
    for (const [file, message] of [
      [train, `Expected the file ${train} for BIQ2021 but found none in`],
      [test, `Expected the file ${test} for BIQ2021 but found none in`],
      ['Images/ss03 (954).jpg', 'Expected the image Images/ss03 (954).jpg for BIQ2021 but found no such file in'],
    ] as const) {
      await expect(readBiq2021(await layOut(without(published, file)))).rejects.toThrow(message)
    }
    const listsOnly = await layOut({ [train]: '', [test]: '' })
    await expect(readBiq2021(listsOnly)).rejects.toThrow('Expected the folder Images for BIQ2021 but found none in')
    const root = await layOut(published)
    await expect(readBiq2021(root, { split: join(root, 'no.csv') })).rejects.toThrow(
      `Expected a CSV file for the split of BIQ2021 but found ${join(root, 'no.csv')} (ENOENT`,
    )
  })

  it('says what is wrong with the lists', async () => {
    for (const [list, message] of [
      ['Image Name,MOS\nss03 (954).jpg,bad', 'Expected a number for the score of ss03 (954).jpg but found "bad"'],
      ['Image Name,MOS\nss03 (954).jpg,1.1', 'Expected a score from 0 to 1 for ss03 (954).jpg but found 1.1'],
      ['Image,MOS\nss03 (954).jpg,1', `Expected a column Image Name for ${test} but found Image, MOS`],
      [
        'Image Name,MOS\nss03 (3753).jpg,0.8471',
        'Expected each image once for BIQ2021 but found Images/ss03 (3753).jpg twice',
      ],
    ] as const) {
      await expect(readBiq2021(await layOut({ ...published, [test]: list }))).rejects.toThrow(message)
    }
    const empty = await layOut({ ...published, [train]: 'Image Name,MOS,,\n', [test]: 'Image Name,MOS\n' })
    await expect(readBiq2021(empty)).rejects.toThrow(
      'Expected at least one image for BIQ2021 but found none in its lists',
    )
  })

  it('says what is wrong with a split', async () => {
    for (const [split, message] of [
      ['image,split\nss03 (954).jpg,test', /^Expected a row in .*split.csv for ss03 \(3753\).jpg but found none$/],
      [
        'image,split\nss03 (3753).jpg,dev',
        'Expected one of: train, val, test for the split of ss03 (3753).jpg but found "dev"',
      ],
      [
        'image,mos,split\nss03 (3753).jpg,0.8,val',
        /^Expected the published score 0.8471 for ss03 \(3753\).jpg in .* but found 0.8$/,
      ],
      ['image,mos\nss03 (3753).jpg,0.8', /^Expected a column split for .*split.csv but found image, mos$/],
    ] as const) {
      const root = await layOut({ ...published, 'split.csv': split })
      await expect(readBiq2021(root, { split: join(root, 'split.csv') })).rejects.toThrow(message)
    }
  })
})
