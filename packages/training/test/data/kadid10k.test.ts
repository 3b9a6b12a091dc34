import { describe, expect, it } from 'vitest'
import { readKadid10k } from '../../src/data/kadid10k.js'
import { layOut, png, without } from './temp.js'

const published = {
  'images/I01.png': png,
  'images/I81.png': png,
  'images/I01_01_01.png': png,
  'images/I81_25_05.png': png,
  'dmos.csv': 'dist_img,ref_img,dmos,var\nI01_01_01.png,I01.png,4.57,0.496\nI81_25_05.png,I81.png,1,0.3\n',
}

describe('readKadid10k', () => {
  it('takes the scores for what they are: higher is better', async () => {
    const root = await layOut(published)
    expect(await readKadid10k(root)).toEqual({
      name: 'KADID-10k',
      root,
      opinion: { direction: 'mos', min: 1, max: 5 },
      samples: [
        {
          image: 'images/I01_01_01.png',
          score: 4.57,
          reference: 'images/I01.png',
          group: 'i01',
          distortion: 'Gaussian blur',
          level: 1,
        },
        {
          image: 'images/I81_25_05.png',
          score: 1,
          reference: 'images/I81.png',
          group: 'i81',
          distortion: 'Contrast change',
          level: 5,
        },
      ],
    })
  })

  it('says what is missing', async () => {
    for (const [file, message] of [
      ['dmos.csv', 'Expected the file dmos.csv for KADID-10k but found none in'],
      ['images/I01.png', 'Expected the image images/I01.png for KADID-10k but found no such file in'],
      ['images/I81_25_05.png', 'Expected the image images/I81_25_05.png for KADID-10k but found no such file in'],
    ] as const) {
      await expect(readKadid10k(await layOut(without(published, file)))).rejects.toThrow(message)
    }
    const listOnly = await layOut({ 'dmos.csv': published['dmos.csv'] })
    await expect(readKadid10k(listOnly)).rejects.toThrow(`Expected the folder images for KADID-10k but found none in`)
  })

  it('says what is wrong with the list', async () => {
    for (const [list, message] of [
      ['dist_img,ref_img,dmos,var\n', 'Expected at least one image for KADID-10k but found none in dmos.csv'],
      ['dist_img,dmos\nI01_01_01.png,4', 'Expected a column ref_img for dmos.csv but found dist_img, dmos'],
      [
        'dist_img,ref_img,dmos\nI01_01_01.png,I01.png,x',
        'Expected a number for the score of I01_01_01.png but found "x"',
      ],
      [
        'dist_img,ref_img,dmos\nI01_01_01.png,I01.png,0.9',
        'Expected a score from 1 to 5 for I01_01_01.png but found 0.9',
      ],
      [
        'dist_img,ref_img,dmos\nI01_26_01.png,I01.png,4',
        'Expected a name like I01_01_01.png for dmos.csv but found "I01_26',
      ],
      [
        'dist_img,ref_img,dmos\n"I01',
        'Expected a table for dmos.csv but found text that does not parse: Quote Not Closed',
      ],
    ] as const) {
      await expect(readKadid10k(await layOut({ ...published, 'dmos.csv': list }))).rejects.toThrow(message)
    }
  })
})
