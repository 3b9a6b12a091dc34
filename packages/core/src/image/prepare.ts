import type { Tiles } from '../engine/engine.js'
import { type LowBand, lowBand } from '../model/low-band.js'
import { normalize, type Region, toUnits } from '../model/normalize.js'
import { flatness } from './judgeable.js'
import type { Pixels } from './pixels.js'
import { sampleRegions } from './sample.js'
import { statistics } from './statistics.js'
import { survey } from './survey.js'

/** What is left of an image when its pixels are no longer needed. */
export interface Prepared {
  /** Whether there is nothing in it to judge. */
  flat: boolean
  /** Shape `[STATISTICS.length]`, not standardised. */
  statistics: Float32Array
  /** The sampled tiles, all of one size. */
  tiles: Tiles
}

/** From pixels to all that the network and the head want: statistics of the whole image, Î of the sampled tiles. */
export function prepare(image: Pixels, maxPixels: number): Prepared {
  const low = lowBand(image)
  const high = survey(image, low)
  const regions = sampleRegions(image.width, image.height, high, maxPixels)
  return {
    flat: flatness(high, low),
    statistics: statistics(image, low, high),
    tiles: normalizeRegions(image, low, regions),
  }
}

/** Î of equally large regions as the network's input. */
export function normalizeRegions(image: Pixels, low: LowBand, regions: readonly Region[]): Tiles {
  const { width, height } = regions[0]!
  const levels = new Int8Array(width * height)
  const data = new Float32Array(regions.length * width * height)
  regions.forEach((region, i) => {
    normalize(image, low, region, levels)
    toUnits(levels, data.subarray(i * levels.length, (i + 1) * levels.length))
  })
  return { data, count: regions.length, width, height }
}
