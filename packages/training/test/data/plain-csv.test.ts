import { existsSync } from 'node:fs'
import { basename } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { readPlainCsv } from '../../src/data/plain-csv.js'
import { jpg, layOut, png } from './temp.js'

const images = { 'a/One.JPG': jpg, 'a/two.jpg': jpg, 'three.png': png, 'ref/A.png': png }

describe('readPlainCsv', () => {
  it('reads image and score alone, over the range there is', async () => {
    const root = await layOut({
      ...images,
      'scores.csv': '\uFEFFimage,score\na/one.jpg,2\na/two.jpg,4.5\nthree.png,3\n',
    })
    expect(await readPlainCsv(root)).toEqual({
      name: basename(root),
      root,
      opinion: { direction: 'mos', min: 2, max: 4.5, basis: 'seen' },
      samples: [
        { image: 'a/One.JPG', score: 2, group: 'a/one' },
        { image: 'a/two.jpg', score: 4.5, group: 'a/two' },
        { image: 'three.png', score: 3, group: 'three' },
      ],
    })
  })

  it('reads every column, under either name and separated by any of the three', async () => {
    const header = ['Image', 'score', 'reference', 'group', 'split', 'distortion', 'level']
    const other = ['file', 'MOS', 'ref', 'group', 'split', 'distortion', 'level']
    const rows = [
      ['a/One.JPG', '10', 'ref/a.png', '', 'training', '"Gaussian blur"', '1'],
      ['"a\\two.jpg"', '20', '', 'g', '', '', ''],
    ]
    for (const columns of [header, other]) {
      for (const separator of [',', ';', '\t']) {
        const table = [columns, ...rows].map((cells) => cells.join(separator)).join('\n')
        const root = await layOut({ ...images, 'mine.txt': table })
        const options = { scores: 'mine.txt', name: 'mine', direction: 'dmos', min: 0, max: 100 } as const
        expect(await readPlainCsv(root, options)).toEqual({
          name: 'mine',
          root,
          opinion: { direction: 'dmos', min: 0, max: 100 },
          samples: [
            {
              image: 'a/One.JPG',
              score: 10,
              reference: 'ref/A.png',
              group: 'ref/a',
              split: 'train',
              distortion: 'Gaussian blur',
              level: 1,
            },
            { image: 'a/two.jpg', score: 20, group: 'g' },
          ],
        })
      }
    }
  })

  it('records that one end of the range is only what was seen', async () => {
    const root = await layOut({ ...images, 'scores.csv': 'image,score\nthree.png,3\na/two.jpg,4\n' })
    expect((await readPlainCsv(root, { max: 5 })).opinion).toEqual({ direction: 'mos', min: 3, max: 5, basis: 'seen' })
  })

  it('says what is missing', async () => {
    await expect(readPlainCsv('/nowhere/set')).rejects.toThrow(
      'Expected a folder for set but found none at /nowhere/set',
    )
    const root = await layOut(images)
    await expect(readPlainCsv(root, { name: 'mine' })).rejects.toThrow(
      `Expected the file scores.csv for mine but found none in ${root}`,
    )
  })

  it('says what is wrong with the table', async () => {
    for (const [table, message] of [
      ['', 'Expected at least one image for mine but found none in scores.csv'],
      ['image,score\n', 'Expected at least one image for mine but found none in scores.csv'],
      ['name,score\na,1', 'Expected a column image or file for scores.csv but found name, score'],
      ['image,quality\na,1', 'Expected a column score or mos for scores.csv but found image, quality'],
      [
        'image,score\n,1\nthree.png,2',
        'Expected the path of an image for every row of scores.csv but found an empty cell',
      ],
      ['image,score\nthree.png,\na/two.jpg,1', 'Expected a number for the score of three.png but found ""'],
      ['image;score\nthree.png;3,5\na/two.jpg;1', 'Expected a number for the score of three.png but found "3,5"'],
      [
        'image,score\nthree.png,3\na/two.jpg,3',
        'Expected a range with min below max for the opinion scores but found 3 to 3',
      ],
      ['image,score\nfour.png,3\na/two.jpg,4', 'Expected the image four.png for mine but found no such file in'],
      [
        'image,score\n../three.png,3\na/two.jpg,4',
        'Expected the image ../three.png for mine but found no such file in',
      ],
      [
        'image,score,ref\nthree.png,3,B.png\na/two.jpg,4,',
        'Expected the image B.png for mine but found no such file in',
      ],
      [
        'image,score,split\nthree.png,3,dev\na/two.jpg,4,',
        'Expected one of: train, val, test for the split of three.png but',
      ],
      [
        'image,score,level\nthree.png,3,mild\na/two.jpg,4,',
        'Expected a number for the level of three.png but found "mild"',
      ],
      [
        'image,score\nthree.png,3\nThree.png,4',
        'Expected each image once for mine but found three.png twice in scores.csv',
      ],
    ] as const) {
      const root = await layOut({ ...images, 'scores.csv': table })
      await expect(readPlainCsv(root, { name: 'mine' })).rejects.toThrow(message)
    }
  })

  it('says what is wrong with the options', async () => {
    const root = await layOut({ ...images, 'scores.csv': 'image,score\nthree.png,3\na/two.jpg,4\n' })
    await expect(readPlainCsv(root, { min: 0, max: 3.5 })).rejects.toThrow(
      'Expected a score from 0 to 3.5 for a/two.jpg but found 4',
    )
    await expect(readPlainCsv(root, { min: 5, max: 1 })).rejects.toThrow(
      'Expected a range with min below max for the opinion scores but found 5 to 1',
    )
    await expect(readPlainCsv(root, { direction: 'up' as 'mos' })).rejects.toThrow(
      'Expected one of: mos, dmos for direction but found "up"',
    )
  })

  const rebuilt = fileURLToPath(new URL('../../../../../shared/data/tid2013-jpeg-blur', import.meta.url))
  it.skipIf(!existsSync(rebuilt))(
    'reads the rebuilt TID2013 JPEG/blur subset (skipped where it is not there)',
    async () => {
      const { opinion, samples } = await readPlainCsv(rebuilt, { min: 0, max: 9 })
      expect(opinion).toEqual({ direction: 'mos', min: 0, max: 9 })
      expect(samples).toHaveLength(120)
      expect(new Set(samples.map(({ group }) => group)).size).toBe(12)
      expect(new Set(samples.map(({ distortion }) => distortion))).toEqual(new Set(['Gaussian blur', 'JPEG']))
    },
  )
})
