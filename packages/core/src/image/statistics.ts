import { type LowBand, lowBand } from '../model/low-band.js'
import { chromaMoments } from './chroma.js'
import type { Pixels } from './pixels.js'
import { RELIABILITY, type Survey, survey } from './survey.js'

/**
 * The handcrafted branch's numbers, in the order the head takes them: what normalisation removed (exposure, contrast,
 * colour) and how strong the high band is over the whole image, however few of its pixels the network sees.
 *
 * `reliability` and `lumaDeviation` are the paper's two. "High" is Î, "middle" is Î of the quarter-scale image.
 */
export const STATISTICS = [
  'reliability',
  'lumaDeviation',
  'lumaMean',
  'dark',
  'bright',
  'blueMean',
  'blueDeviation',
  'redMean',
  'redDeviation',
  'chroma',
  'highMean',
  'highEnergy',
  'high25',
  'high50',
  'high75',
  'high90',
  'high99',
  'middleMean',
  'middleEnergy',
  'middle50',
  'middle90',
  'middle99',
] as const

/**
 * Computes {@link STATISTICS} of a whole image.
 *
 * @returns shape `[STATISTICS.length]`, not standardised
 */
export function statistics(image: Pixels, low: LowBand, high: Survey): Float32Array {
  const luma = lumaMoments(low)
  const colour = chromaMoments(image)
  const middle = middleBand(low)
  const values: Record<(typeof STATISTICS)[number], number> = {
    reliability: meanReliability(high.histogram),
    lumaDeviation: luma.deviation / 64,
    lumaMean: luma.mean / 128,
    dark: luma.dark,
    bright: luma.bright,
    blueMean: colour.blueMean / 32,
    blueDeviation: colour.blueDeviation / 32,
    redMean: colour.redMean / 32,
    redDeviation: colour.redDeviation / 32,
    chroma: colour.meanChroma / 32,
    highMean: Math.log(mean(high.histogram) + 0.1),
    highEnergy: Math.log(energy(high.histogram) + 0.1),
    high25: Math.log(quantile(high.histogram, 0.25) + 0.5),
    high50: Math.log(quantile(high.histogram, 0.5) + 0.5),
    high75: Math.log(quantile(high.histogram, 0.75) + 0.5),
    high90: Math.log(quantile(high.histogram, 0.9) + 0.5),
    high99: Math.log(quantile(high.histogram, 0.99) + 0.5),
    middleMean: Math.log(mean(middle) + 0.1),
    middleEnergy: Math.log(energy(middle) + 0.1),
    middle50: Math.log(quantile(middle, 0.5) + 0.5),
    middle90: Math.log(quantile(middle, 0.9) + 0.5),
    middle99: Math.log(quantile(middle, 0.99) + 0.5),
  }
  return Float32Array.from(STATISTICS, (name) => values[name])
}

/** |Î| of the quarter-scale image: contrast that survives a viewing distance, against which the high band is weighed. */
function middleBand(low: LowBand): Float64Array {
  const data = new Uint8Array(low.data.length)
  // Rounded half up: writing into an array of bytes cuts the rest off.
  for (let i = 0; i < data.length; i++) data[i] = Math.min(255, low.data[i]! + 0.5)
  const quarter: Pixels = { data, width: low.width, height: low.height, channels: 1 }
  return survey(quarter, lowBand(quarter)).histogram
}

function lumaMoments({ data }: LowBand): { mean: number; deviation: number; dark: number; bright: number } {
  let [sum, squared, dark, bright] = [0, 0, 0, 0]
  for (let i = 0; i < data.length; i++) {
    const level = data[i]!
    sum += level
    squared += level * level
    if (level < 32) dark++
    if (level > 223) bright++
  }
  const count = data.length
  const mean = sum / count
  const deviation = Math.sqrt(Math.max(0, squared / count - mean * mean))
  return { mean, deviation, dark: dark / count, bright: bright / count }
}

function total(histogram: Float64Array): number {
  return histogram.reduce((a, b) => a + b)
}

function mean(histogram: Float64Array): number {
  return histogram.reduce((sum, count, level) => sum + count * level, 0) / total(histogram)
}

function energy(histogram: Float64Array): number {
  return histogram.reduce((sum, count, level) => sum + count * level * level, 0) / total(histogram)
}

function meanReliability(histogram: Float64Array): number {
  return histogram.reduce((sum, count, level) => sum + count * RELIABILITY[level]!, 0) / total(histogram)
}

/** The level below which the given share of pixels lies, each level's pixels spread evenly over half a level around it. */
function quantile(histogram: Float64Array, share: number): number {
  let wanted = share * total(histogram)
  for (let level = 0; level < histogram.length; level++) {
    const count = histogram[level]!
    if (wanted <= count && count > 0) return Math.max(0, level - 0.5 + wanted / count)
    wanted -= count
  }
  return histogram.length - 1
}
