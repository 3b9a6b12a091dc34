import { describe, expect, it } from 'vitest'
import type { Dataset, Sample, Split } from '../../src/data/dataset.js'
import { assignSplits } from '../../src/data/splits.js'

function dataset(samples: Sample[]): Dataset {
  return { name: 'made up', root: '.', opinion: { direction: 'mos', min: 0, max: 1 }, samples }
}

/** `sizes[i]` images in group i. */
function grouped(sizes: readonly number[]): Sample[] {
  return sizes.flatMap((size, group) =>
    Array.from({ length: size }, (_, i) => ({ image: `${group}/${i}.png`, score: 0.5, group: `g${group}` })),
  )
}

function share(samples: readonly Sample[], split: Split): number {
  return samples.filter((sample) => sample.split === split).length / samples.length
}

describe('assignSplits', () => {
  const uneven = dataset(grouped(Array.from({ length: 60 }, (_, i) => 1 + (i % 7))))

  it('comes within a group of the shares asked for', () => {
    for (const seed of [1, 2, 'three']) {
      const { samples } = assignSplits(uneven, { val: 0.1, test: 0.2, seed })
      expect(Math.abs(share(samples, 'val') - 0.1) * samples.length).toBeLessThan(7)
      expect(Math.abs(share(samples, 'test') - 0.2) * samples.length).toBeLessThan(7)
      expect(share(samples, 'train')).toBeGreaterThan(0.6)
    }
  })

  it('keeps a group on one side', () => {
    const { samples } = assignSplits(uneven, { val: 0.2, test: 0.2, seed: 1 })
    const sides = new Set(samples.map(({ group, split }) => `${group} ${split}`))
    expect(sides.size).toBe(60)
  })

  it('depends on the seed, and on nothing else', () => {
    const sides = (data: Dataset, seed: number | string) =>
      Object.fromEntries(assignSplits(data, { val: 0.2, test: 0.2, seed }).samples.map((s) => [s.image, s.split]))
    expect(sides(uneven, 7)).toEqual(sides(uneven, '7'))
    expect(sides(uneven, 7)).toEqual(sides({ ...uneven, samples: [...uneven.samples].reverse() }, 7))
    expect(sides(uneven, 7)).not.toEqual(sides(uneven, 8))
  })

  it('leaves the samples in order and the data set as it was', () => {
    const before = structuredClone(uneven)
    const { samples, ...rest } = assignSplits(uneven, { val: 0.1, test: 0.1, seed: 1 })
    expect(uneven).toEqual(before)
    expect(samples.map(({ image }) => image)).toEqual(uneven.samples.map(({ image }) => image))
    expect(rest).toEqual({ name: 'made up', root: '.', opinion: before.opinion })
  })

  it('keeps given splits, for the whole group, and counts them', () => {
    const samples = grouped(Array.from({ length: 20 }, () => 5))
    for (const group of [0, 1, 2, 3]) samples[group * 5 + 2]!.split = 'test'
    const assigned = assignSplits(dataset(samples), { val: 0.1, test: 0.2, seed: 1 }).samples
    expect(assigned.slice(0, 20).every(({ split }) => split === 'test')).toBe(true)
    expect(share(assigned, 'test')).toBe(0.2)
    expect(share(assigned, 'val')).toBe(0.1)
  })

  it('takes no images for a share of nothing', () => {
    const { samples } = assignSplits(uneven, { val: 0, test: 0, seed: 1 })
    expect(share(samples, 'train')).toBe(1)
  })

  it('says when given splits tear a group apart', () => {
    const samples = grouped([2, 2, 2])
    samples[0]!.split = 'train'
    samples[1]!.split = 'test'
    expect(() => assignSplits(dataset(samples), { val: 0, test: 0.5, seed: 1 })).toThrow(
      'Expected the split train for 0/1.png as for the rest of its group g0 but found test',
    )
  })

  it('says when there are too few groups', () => {
    expect(() => assignSplits(dataset(grouped([5, 5])), { val: 0.1, test: 0.1, seed: 1 })).toThrow(
      'Expected a group of images for val for made up but found none left of 2',
    )
  })

  it('says when the shares leave nothing to train on', () => {
    for (const [val, test] of [
      [0.5, 0.5],
      [-0.1, 0.2],
      [Number.NaN, 0],
    ] as const) {
      expect(() => assignSplits(uneven, { val, test, seed: 1 })).toThrow(
        `Expected shares of at least 0 that add up to less than 1 for val and test but found ${val} and ${test}`,
      )
    }
  })
})
