import { describe, expect, it } from 'vitest'
import { readKoniq10k } from '../../src/data/koniq10k.js'
import { jpg, layOut, without } from './temp.js'

const sets = 'koniq10k_distributions_sets.csv'
const scores = 'koniq10k_scores_and_distributions.csv'
const images = {
  '1024x768/10004473376.jpg': jpg,
  '1024x768/10007357496.jpg': jpg,
  '1024x768/10043785683.jpg': jpg,
}
const withSplit = {
  ...images,
  [sets]: [
    'image_name,c1,c2,c3,c4,c5,c_total,MOS,SD,set',
    '10004473376.jpg,0.0,0.0,0.238,0.695,0.066,105,77.3836206897,0.527,training',
    '10043785683.jpg,0.0,0.0,0.434,0.566,0.0,106,71.2043269231,0.498,validation',
    '10007357496.jpg,0.0,0.031,0.469,0.49,0.01,96,68.7285714286,0.58,test',
  ].join('\n'),
}

describe('readKoniq10k', () => {
  it('reads the list with the published split', async () => {
    const root = await layOut(withSplit)
    expect(await readKoniq10k(root)).toEqual({
      name: 'KonIQ-10k',
      root,
      opinion: { direction: 'mos', min: 1, max: 100 },
      samples: [
        { image: '1024x768/10004473376.jpg', score: 77.3836206897, group: '10004473376', split: 'train' },
        { image: '1024x768/10043785683.jpg', score: 71.2043269231, group: '10043785683', split: 'val' },
        { image: '1024x768/10007357496.jpg', score: 68.7285714286, group: '10007357496', split: 'test' },
      ],
    })
  })

  it('reads the list without it, on either scale', async () => {
    const both = await layOut({ ...images, [scores]: 'image_name,MOS,SD,MOS_zscore\n10004473376.jpg,3.83,0.5,77.38\n' })
    expect(await readKoniq10k(both)).toMatchObject({
      opinion: { min: 1, max: 100 },
      samples: [{ score: 77.38, group: '10004473376' }],
    })
    const plain = await layOut({ ...images, [scores]: 'image_name,MOS,SD\n10004473376.jpg,3.83,0.5\n' })
    const dataset = await readKoniq10k(plain)
    expect(dataset).toMatchObject({ opinion: { min: 1, max: 5 }, samples: [{ score: 3.83 }] })
    expect(dataset.samples[0]).not.toHaveProperty('split')
  })

  it('finds either size, and the one asked for', async () => {
    const list = 'image_name,MOS,set\na.jpg,50,test\n'
    const small = await layOut({ '512x384/a.jpg': jpg, [sets]: list })
    expect((await readKoniq10k(small)).samples[0]?.image).toBe('512x384/a.jpg')
    const both = await layOut({ '512x384/a.jpg': jpg, '1024x768/a.jpg': jpg, [sets]: list })
    expect((await readKoniq10k(both)).samples[0]?.image).toBe('1024x768/a.jpg')
    expect((await readKoniq10k(both, { size: '512x384' })).samples[0]?.image).toBe('512x384/a.jpg')
    await expect(readKoniq10k(small, { size: '1024x768' })).rejects.toThrow(
      `Expected the folder 1024x768 for KonIQ-10k but found none in ${small}`,
    )
    await expect(readKoniq10k(both, { size: 'big' as '512x384' })).rejects.toThrow(
      'Expected one of: 1024x768, 512x384 for the size of KonIQ-10k but found "big"',
    )
  })

  it('says what is missing', async () => {
    const noList = await layOut(images)
    await expect(readKoniq10k(noList)).rejects.toThrow(
      `Expected the file ${sets} or ${scores} for KonIQ-10k but found neither in ${noList}`,
    )
    const noImages = await layOut({ [sets]: 'image_name,MOS,set\na.jpg,50,test\n' })
    await expect(readKoniq10k(noImages)).rejects.toThrow(
      `Expected the folder 1024x768 or 512x384 for KonIQ-10k but found neither in ${noImages}`,
    )
    const noImage = await layOut(without(withSplit, '1024x768/10007357496.jpg'))
    await expect(readKoniq10k(noImage)).rejects.toThrow(
      `Expected the image 1024x768/10007357496.jpg for KonIQ-10k but found no such file in ${noImage}`,
    )
  })

  it('says what is wrong with the list', async () => {
    const name = '10004473376.jpg'
    for (const [list, message] of [
      ['image_name,MOS,set\n', `Expected at least one image for KonIQ-10k but found none in ${sets}`],
      ['image_name,c1\na,1', `Expected a column MOS_zscore or MOS for ${sets} but found image_name, c1`],
      [`image_name,MOS,set\n${name},,test`, `Expected a number for the score of ${name} but found ""`],
      [`image_name,MOS,set\n${name},0.5,test`, `Expected a score from 1 to 100 for ${name} but found 0.5`],
      [
        `image_name,MOS,set\n${name},50,dev`,
        `Expected one of: train, val, test for the split of ${name} but found "dev"`,
      ],
    ] as const) {
      await expect(readKoniq10k(await layOut({ ...images, [sets]: list }))).rejects.toThrow(message)
    }
  })
})
