import { describe, expect, it } from 'vitest'
import { readDataset } from '../../src/data/adapters.js'
import { DataError } from '../../src/data/data-error.js'
import { layOut, png } from './temp.js'

describe('readDataset', () => {
  it('reads the kind asked for, with its options', async () => {
    const root = await layOut({ 'a.png': png, 'my.csv': 'image,score\na.png,3\n' })
    const dataset = await readDataset('plain-csv', root, { scores: 'my.csv', min: 1, max: 5, size: undefined })
    expect(dataset.samples).toEqual([{ image: 'a.png', score: 3, group: 'a' }])
  })

  it('lists the kinds there are', async () => {
    const known = 'live, tid2013, csiq, kadid10k, koniq10k, clive, biq2021, plain-csv'
    for (const kind of ['tid2008', 'constructor', '']) {
      const error = await readDataset(kind, '.').catch((reason) => reason)
      expect(error).toBeInstanceOf(DataError)
      expect(error.message).toBe(`Expected one of: ${known} for the kind of data set but found "${kind}"`)
    }
  })

  it('refuses an option that would have no effect', async () => {
    await expect(readDataset('live', '.', { split: 'published' })).rejects.toThrow(
      'Expected none for the options of live but found split',
    )
    await expect(readDataset('koniq10k', '.', { min: 0 })).rejects.toThrow(
      'Expected one of: size for the options of koniq10k but found min',
    )
  })
})
