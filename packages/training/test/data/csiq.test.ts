import { describe, expect, it } from 'vitest'
import { readCsiq } from '../../src/data/csiq.js'
import { layOut, png, without } from './temp.js'
import { writeXlsx } from './xlsx-writer.js'

const header = ['image', 'dst_idx', 'dst_type', 'dst_lev', 'dmos_std', 'dmos']
const rows = [
  [1600, 1, 'noise', 1, 0.05, 0.061989],
  ['boston', 2, 'jpeg 2000', 3, 0.02, 0.389335],
  ['boston', 6, 'contrast', 5, 0.02, 1],
]
const images = {
  'src_imgs/1600.png': png,
  'src_imgs/boston.png': png,
  'dst_imgs/awgn/1600.AWGN.1.png': png,
  'dst_imgs/jpeg2000/boston.jpeg2000.3.png': png,
  'dst_imgs/contrast/boston.contrast.5.png': png,
}
/** The published sheet starts in column D, below a title. */
const inset = (row: readonly (string | number)[]) => [undefined, undefined, undefined, ...row]
const workbook = writeXlsx({
  readme: [['see the paper']],
  all_by_image: [inset(['CSIQ DMOS']), [], inset(header), ...rows.map(inset), inset([])],
})
const text = (separator: string) => rows.map((row) => `${row.join(separator)}\n`).join('')
const samples = [
  {
    image: 'dst_imgs/awgn/1600.AWGN.1.png',
    score: 0.061989,
    reference: 'src_imgs/1600.png',
    group: '1600',
    distortion: 'awgn',
    level: 1,
  },
  {
    image: 'dst_imgs/jpeg2000/boston.jpeg2000.3.png',
    score: 0.389335,
    reference: 'src_imgs/boston.png',
    group: 'boston',
    distortion: 'jpeg2000',
    level: 3,
  },
  {
    image: 'dst_imgs/contrast/boston.contrast.5.png',
    score: 1,
    reference: 'src_imgs/boston.png',
    group: 'boston',
    distortion: 'contrast',
    level: 5,
  },
]

describe('readCsiq', () => {
  it('reads the published workbook', async () => {
    const root = await layOut({ ...images, 'csiq.DMOS.xlsx': workbook })
    const opinion = { direction: 'dmos', min: 0, max: 1 }
    expect(await readCsiq(root)).toEqual({ name: 'CSIQ', root, opinion, samples })
  })

  it('reads exports of it', async () => {
    for (const [name, content] of [
      ['csiq.DMOS.csv', `${header.join(',')}\n${text(',')}`],
      ['csiq.DMOS.csv', `${header.join(';')}\n${text(';')}`],
      ['csiq.DMOS.tsv', `${header.join('\t')}\n${text('\t')}`],
      ['csiq.beta.txt', text('\t')],
    ] as const) {
      expect((await readCsiq(await layOut({ ...images, [name]: content }))).samples).toEqual(samples)
    }
    const root = await layOut({ ...images, 'mine.csv': `${header.join(',')}\n${text(',')}` })
    expect((await readCsiq(root, { scores: 'mine.csv' })).samples).toEqual(samples)
  })

  it('says what is missing', async () => {
    const noList = await layOut(images)
    await expect(readCsiq(noList)).rejects.toThrow(
      `Expected the file csiq.DMOS.xlsx for CSIQ but found none in ${noList}`,
    )
    const noFolder = await layOut({ 'src_imgs/boston.png': png, 'csiq.DMOS.xlsx': workbook })
    await expect(readCsiq(noFolder)).rejects.toThrow(
      `Expected the folder dst_imgs for CSIQ but found none in ${noFolder}`,
    )
    const noImage = await layOut({ ...without(images, 'dst_imgs/awgn/1600.AWGN.1.png'), 'csiq.DMOS.xlsx': workbook })
    await expect(readCsiq(noImage)).rejects.toThrow(
      `Expected the image dst_imgs/awgn/1600.awgn.1.png for CSIQ but found no such file in ${noImage}`,
    )
    const noReference = await layOut({ ...without(images, 'src_imgs/1600.png'), 'csiq.DMOS.xlsx': workbook })
    await expect(readCsiq(noReference)).rejects.toThrow(
      'Expected the image src_imgs/1600.png for CSIQ but found no such',
    )
  })

  it('says what is wrong with the list', async () => {
    for (const [list, message] of [
      [
        'image,dst_type,dst_lev\nboston,blur,1',
        'Expected a column dmos for csiq.DMOS.csv but found image, dst_type, dst_lev',
      ],
      ['image,dst_type,dst_lev,dmos\n', 'Expected at least one image for CSIQ but found none in csiq.DMOS.csv'],
      ['image,dst_type,dst_lev,dmos\nboston,rain,1,0.5', 'for dst_type of boston in csiq.DMOS.csv but found "rain"'],
      [
        'image,dst_type,dst_lev,dmos\nboston,contrast,5,',
        'Expected a number for the score of dst_imgs/contrast/boston.contrast.5.png but found ""',
      ],
      [
        'image,dst_type,dst_lev,dmos\nboston,contrast,5,1.5',
        'Expected a score from 0 to 1 for dst_imgs/contrast/boston.contrast.5.png but found 1.5',
      ],
    ] as const) {
      await expect(readCsiq(await layOut({ ...images, 'csiq.DMOS.csv': list }))).rejects.toThrow(message)
    }
  })
})
