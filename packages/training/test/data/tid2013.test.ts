import { describe, expect, it } from 'vitest'
import { readTid2013 } from '../../src/data/tid2013.js'
import { bmp, layOut, without } from './temp.js'

const published = {
  'distorted_images/i01_01_1.bmp': bmp,
  'distorted_images/I01_24_5.bmp': bmp,
  'distorted_images/i25_08_3.bmp': bmp,
  'reference_images/I01.BMP': bmp,
  'reference_images/i25.bmp': bmp,
  'mos_with_names.txt': '5.51429 I01_01_1.bmp\r\n0.24242 i01_24_5.bmp\r\n4 I25_08_3.bmp\r\n',
}

describe('readTid2013', () => {
  it('reads the list, whatever the case of the names', async () => {
    const root = await layOut(published)
    expect(await readTid2013(root)).toEqual({
      name: 'TID2013',
      root,
      opinion: { direction: 'mos', min: 0, max: 9 },
      samples: [
        {
          image: 'distorted_images/i01_01_1.bmp',
          score: 5.51429,
          reference: 'reference_images/I01.BMP',
          group: 'i01',
          distortion: 'Additive Gaussian noise',
          level: 1,
        },
        {
          image: 'distorted_images/I01_24_5.bmp',
          score: 0.24242,
          reference: 'reference_images/I01.BMP',
          group: 'i01',
          distortion: 'Sparse sampling and reconstruction',
          level: 5,
        },
        {
          image: 'distorted_images/i25_08_3.bmp',
          score: 4,
          reference: 'reference_images/i25.bmp',
          group: 'i25',
          distortion: 'Gaussian blur',
          level: 3,
        },
      ],
    })
  })

  it('says what is missing', async () => {
    await expect(readTid2013('/nowhere')).rejects.toThrow('Expected a folder for TID2013 but found none at /nowhere')
    for (const [file, message] of [
      ['mos_with_names.txt', 'Expected the file mos_with_names.txt for TID2013 but found none in'],
      [
        'distorted_images/i25_08_3.bmp',
        'Expected the image distorted_images/I25_08_3.bmp for TID2013 but found no such',
      ],
      ['reference_images/I01.BMP', 'Expected the image reference_images/I01.bmp for TID2013 but found no such file in'],
    ] as const) {
      await expect(readTid2013(await layOut(without(published, file)))).rejects.toThrow(message)
    }
    const noFolder = await layOut(without(published, 'reference_images/I01.BMP', 'reference_images/i25.bmp'))
    await expect(readTid2013(noFolder)).rejects.toThrow(
      'Expected the folder reference_images for TID2013 but found none',
    )
  })

  it('says what is wrong with the list', async () => {
    for (const [list, message] of [
      ['', 'Expected at least one image for TID2013 but found none in mos_with_names.txt'],
      ['good I01_01_1.bmp', 'Expected a number for the score of I01_01_1.bmp but found "good"'],
      ['9.5 I01_01_1.bmp', 'Expected a score from 0 to 9 for I01_01_1.bmp but found 9.5'],
      [
        '5 I01_25_1.bmp',
        'Expected a score and a name like I01_01_1.bmp for mos_with_names.txt but found "5 I01_25_1.bmp"',
      ],
      ['5.5', 'Expected a score and a name like I01_01_1.bmp for mos_with_names.txt but found "5.5"'],
      [
        '5 I01_01_1.bmp\n5 i01_01_1.bmp',
        'Expected each image once for TID2013 but found distorted_images/i01_01_1.bmp twice',
      ],
    ] as const) {
      await expect(readTid2013(await layOut({ ...published, 'mos_with_names.txt': list }))).rejects.toThrow(message)
    }
  })
})
