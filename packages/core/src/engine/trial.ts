import { FEATURES } from '../model/architecture.js'
import { GRAY_LEVELS_PER_UNIT } from '../model/normalize.js'
import { headOf } from '../model/quality.js'
import type { Model } from '../model/weights.js'
import type { Engine, Tiles } from './engine.js'
import { referenceFeatures } from './reference.js'

/** What a working engine showed. */
export interface Trial {
  /** Milliseconds a megapixel that the network looks at, with all threads at work. */
  msPerMegapixel: number
}

/** Points of 100 that scores of the same picture may differ by between engines that calculate in float32. */
const TOLERANCE = 0.5

/** An engine that took longer for a round is not timed again. */
const PATIENCE_MS = 1000

/**
 * Asks an engine a question whose answer is known, then takes its time.
 *
 * @throws Error with one sentence when the answer is wrong, or there is none
 */
export async function tryEngine(engine: Engine, model: Model, threads: number): Promise<Trial> {
  const question = trialTiles(6, 32)
  const { pooled } = await engine.run({ ...question, data: question.data.slice() })
  const worst = largestDifference(model, pooled, referenceFeatures(model.tensors, question))
  if (!(worst <= TOLERANCE)) {
    throw new Error(`Expected scores within ${TOLERANCE} of the right ones but they differ by ${worst.toFixed(1)}.`)
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

/** Before calibration, which ends at 0 and 100 and would hide what is beyond. */
function largestDifference(model: Model, pooled: Float32Array, expected: Float32Array): number {
  const { statistics, quality } = model.card
  const points = (features: Float32Array, from: number) =>
    quality.unit * headOf(model, features.subarray(from, from + FEATURES), statistics.mean)
  let worst = 0
  for (let from = 0; from < expected.length; from += FEATURES) {
    const difference = Math.abs(points(pooled, from) - points(expected, from))
    if (!(difference <= worst)) worst = difference
  }
  return worst
}

/** The best of a few rounds of as many images at once as there are threads, where a few small tiles do not take long. */
async function speed(engine: Engine, threads: number): Promise<number> {
  let best = Number.POSITIVE_INFINITY
  for (const { images, tiles, side } of [SMALL_ROUND, ...Array(3).fill({ images: threads, tiles: 8, side: 128 })]) {
    const work = Array.from({ length: images }, () => trialTiles(tiles, side))
    const start = performance.now()
    await Promise.all(work.map((image) => engine.run(image)))
    const took = performance.now() - start
    best = Math.min(best, took / (images * tiles * side * side * 1e-6))
    if (took > PATIENCE_MS) break
  }
  return Math.round(best)
}

const SMALL_ROUND = { images: 1, tiles: 4, side: 32 }
