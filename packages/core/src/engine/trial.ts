import { GRAY_LEVELS_PER_UNIT } from '../model/normalize.js'
import { headsOf, meanFeatures } from '../model/quality.js'
import type { Model } from '../model/weights.js'
import type { Engine, Tiles } from './engine.js'
import { referenceFeatures } from './reference.js'

/** What a working engine showed. */
export interface Trial {
  /** Milliseconds a megapixel that the network looks at, with all threads at work. */
  msPerMegapixel: number
}

/**
 * Points of 100 that scores of the same picture may differ by: of engines that calculate in float32, and of ours, which
 * calculates in whole numbers and is the same to the bit everywhere, so that this is only to tell nonsense.
 */
const TOLERANCES = { float32: 0.5, integer: 5 }

/** Sizes of images that engines are timed with; the large one is what is looked at of a usual image. */
const SMALL = { tiles: 1, side: 32 }
const LARGE = { tiles: 8, side: 128 }

/** An engine that would take longer for a round is not given one. */
const PATIENCE_MS = 2000

/**
 * Asks an engine a question whose answer is known, then takes its time.
 *
 * @throws Error with one sentence when the answer is wrong, or there is none
 */
export async function tryEngine(engine: Engine, model: Model, threads: number): Promise<Trial> {
  const question = trialTiles(8, 16)
  const { pooled } = await engine.run({ ...question, data: question.data.slice() })
  const difference = differenceOf(model, pooled, referenceFeatures(model.tensors, question))
  const tolerance = TOLERANCES[engine.name === 'wasm' ? 'integer' : 'float32']
  if (!(difference <= tolerance)) {
    throw new Error(`Expected a score within ${tolerance} of the right one but it differs by ${difference.toFixed(1)}.`)
  }
  return { msPerMegapixel: await speed(engine, threads) }
}

/** Textures as pictures have them: waves and grain of all strengths, in whole gray levels. The same every time. */
export function trialTiles(count: number, side: number): Tiles {
  const data = new Float32Array(count * side * side)
  let state = 1
  const random = () => {
    // Numerical Recipes' linear congruential generator: grain needs no better one.
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0
    return state / 2 ** 32
  }
  for (let tile = 0, at = 0; tile < count; tile++) {
    const strength = 2 + (40 * tile) / count
    const [u, v, phase, grain] = [random(), random(), 6 * random(), random()]
    for (let y = 0; y < side; y++) {
      for (let x = 0; x < side; x++) {
        const level = strength * ((1 - grain) * Math.sin(u * x + v * y + phase) + 2 * grain * (random() - 0.5))
        data[at++] = Math.round(level) / GRAY_LEVELS_PER_UNIT
      }
    }
  }
  return { data, count, height: side, width: side }
}

/** In points of 100 before calibration, which ends at 0 and 100 and would hide what is beyond. */
function differenceOf(model: Model, pooled: Float32Array, expected: Float32Array): number {
  const { statistics, quality } = model.card
  const points = (features: Float32Array) =>
    quality.unit * headsOf(model, meanFeatures(features), statistics.mean).quality
  return Math.abs(points(pooled) - points(expected))
}

/** The best of a few rounds of as many images at once as there are threads; of small ones where others would take long. */
async function speed(engine: Engine, threads: number): Promise<number> {
  let best = 0
  // The first of each kind compiles.
  for (const { tiles, side } of [SMALL, SMALL, LARGE, LARGE, LARGE]) {
    const megapixels = threads * tiles * side * side * 1e-6
    if (best * megapixels > PATIENCE_MS) break
    const images = Array.from({ length: threads }, () => trialTiles(tiles, side))
    const start = performance.now()
    await Promise.all(images.map((image) => engine.run(image)))
    const ms = (performance.now() - start) / megapixels
    best = best === 0 ? ms : Math.min(best, ms)
  }
  return Math.round(best)
}
