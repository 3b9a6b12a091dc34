import type { LowBand } from '../model/low-band.js'
import { chromaMoments } from './chroma.js'
import { chromaSteps } from './chroma-steps.js'
import { middleBand } from './middle-band.js'
import { layOut, pixelKernels } from './pixel-kernels.js'
import type { Pixels } from './pixels.js'
import { RELIABILITY, type Survey } from './survey.js'
import { tonesOf } from './tones.js'

/**
 * The handcrafted branch's numbers, in the order the head takes them: what normalisation removed (exposure, contrast,
 * colour), and how strong the high band is, how alike its neighbouring pixels are and how much it steps at the edges of
 * codecs' blocks, over the whole image, however few of its pixels the network sees; how many tones are left of it; and what
 * its chroma does, which the network does not see at all.
 *
 * `reliability` and `lumaDeviation` are the paper's two. "High" is Î, "middle" is Î of the quarter-scale image.
 */
export const STATISTICS = [
  'reliability',
  'lumaDeviation',
  'lumaMean',
  'luma02',
  'luma10',
  'luma50',
  'luma90',
  'luma98',
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
  'middleAcrossCorrelation',
  'middleDownCorrelation',
  'middleDiagonalCorrelation',
  'acrossCorrelation',
  'downCorrelation',
  'diagonalCorrelation',
  'acrossCorrelation2',
  'downCorrelation2',
  'acrossBlocks8',
  'downBlocks8',
  'acrossBlocks4',
  'downBlocks4',
  'tones',
  'toneEntropy',
  'changes',
  'changeStep',
  'chromaStep',
  'chromaStep2',
  'chromaBlocks16',
] as const

/** Squared gray levels: a picture with nearly nothing in it has no correlation, rather than any. */
const LEAST_ENERGY = 0.1

/** Gray levels, for the same reason. */
const LEAST_STEP = 0.1

/** Share of the pixels, for the same reason. */
const LEAST_SHARE = 0.001

/**
 * Computes {@link STATISTICS} of a whole image.
 *
 * @returns shape `[STATISTICS.length]`, not standardised
 */
export function statistics(image: Pixels, low: LowBand, high: Survey): Float32Array {
  const luma = lumaMoments(low)
  const colour = chromaMoments(image)
  const tones = tonesOf(image)
  const chroma = chromaSteps(image)
  const quarter = middleBand(low)
  const middle = quarter.histogram
  const [near, quarterNear] = [correlations(high), correlations(quarter)]
  const { across, down } = high.neighbours
  const values: Record<(typeof STATISTICS)[number], number> = {
    reliability: meanReliability(high.histogram),
    lumaDeviation: luma.deviation / 64,
    lumaMean: luma.mean / 128,
    luma02: quantile(luma.histogram, 0.02) / 128,
    luma10: quantile(luma.histogram, 0.1) / 128,
    luma50: quantile(luma.histogram, 0.5) / 128,
    luma90: quantile(luma.histogram, 0.9) / 128,
    luma98: quantile(luma.histogram, 0.98) / 128,
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
    middleAcrossCorrelation: quarterNear.across,
    middleDownCorrelation: quarterNear.down,
    middleDiagonalCorrelation: quarterNear.diagonal,
    acrossCorrelation: near.across,
    downCorrelation: near.down,
    diagonalCorrelation: near.diagonal,
    acrossCorrelation2: near.across2,
    downCorrelation2: near.down2,
    acrossBlocks8: edgeContrast(across, [7]),
    downBlocks8: edgeContrast(down, [7]),
    acrossBlocks4: edgeContrast(across, [3, 7]),
    downBlocks4: edgeContrast(down, [3, 7]),
    tones: Math.log2(tones.count) / 8,
    toneEntropy: tones.entropy / 8,
    changes: Math.log(tones.changes + LEAST_SHARE),
    changeStep: Math.log(tones.step + 1),
    chromaStep: Math.log(chroma.near + LEAST_STEP),
    chromaStep2: Math.log(chroma.next + LEAST_STEP),
    chromaBlocks16: Math.log((chroma.edges + LEAST_STEP) / (chroma.near + LEAST_STEP)),
  }
  return Float32Array.from(STATISTICS, (name) => values[name])
}

interface LumaMoments {
  mean: number
  deviation: number
  /** How many have which whole gray level, 256 of them. */
  histogram: Float64Array
  dark: number
  bright: number
}

function lumaMoments({ data, width }: LowBand): LumaMoments {
  const kernels = pixelKernels()
  const at = layOut(kernels, { levels: width * 4, histogram: 256 * 4, sums: 4 * 8 })
  const { buffer } = kernels.memory
  const levels = new Float32Array(buffer, at.levels, width)
  const histogram = new Uint32Array(buffer, at.histogram, 256).fill(0)
  const sums = new Float64Array(buffer, at.sums, 4).fill(0)
  for (let row = 0; row < data.length; row += width) {
    levels.set(data.subarray(row, row + width))
    kernels.moments(at.levels, width, at.histogram, at.sums)
  }
  const of = (i: number) => sums[i]! / data.length
  const deviation = Math.sqrt(Math.max(0, of(1) - of(0) ** 2))
  return { mean: of(0), deviation, histogram: Float64Array.from(histogram), dark: of(2), bright: of(3) }
}

/** How alike a pixel of Î and those beside it are: BRISQUE's pairwise products, here of Î and by their mean energy. */
function correlations({ histogram, neighbours: { products } }: Survey) {
  const most = energy(histogram) + LEAST_ENERGY
  const of = (product: number) => product / most
  return {
    across: of(products.across),
    down: of(products.down),
    diagonal: of((products.rising + products.falling) / 2),
    across2: of(products.across2),
    down2: of(products.down2),
  }
}

/** How much larger steps between neighbours are at the edges of blocks than elsewhere, as a logarithm. */
function edgeContrast(steps: Float64Array, edges: readonly number[]): number {
  const meanOf = (wanted: boolean) => {
    const chosen = steps.filter((_, place) => edges.includes(place) === wanted)
    return chosen.reduce((a, b) => a + b) / chosen.length
  }
  return Math.log((meanOf(true) + LEAST_STEP) / (meanOf(false) + LEAST_STEP))
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
