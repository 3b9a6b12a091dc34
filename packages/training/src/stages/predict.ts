import { setImmediate as turn } from 'node:timers/promises'
import { FAULTS, sampleRegions, surveyLevels } from '@diqa/core/model'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { type Network, type Patches, QUALITY_CENTRE, QUALITY_UNIT } from '../network/network.js'
import type { Store } from '../store/store.js'
import { copyPatch } from './patches.js'

/** What a network says of an image. */
export interface Prediction {
  /** Before calibration, 0 to 100 and a little beyond. */
  quality: number
  fault: (typeof FAULTS)[number]
}

/** The qualities alone of {@link assess}. */
export async function predict(...given: Parameters<typeof assess>): Promise<number[]> {
  return (await assess(...given)).map(({ quality }) => quality)
}

/**
 * Quality of stored images before calibration, and what is most wrong with them, from the very tiles that core would look at.
 *
 * @param options.maxPixels core's pixel budget
 * @param options.signal aborts it between two images
 */
export async function assess(
  network: Network,
  store: Store,
  images: readonly number[],
  { maxPixels, signal }: { maxPixels: number; signal?: AbortSignal },
): Promise<Prediction[]> {
  const { tf } = network
  const predictions: Prediction[] = []
  for (const index of images) {
    signal?.throwIfAborted()
    const [quality, ...faults] = tf.tidy(() => {
      const features = network.features(tilesOf(store, index, maxPixels))
      const pooled = tf.reshape(tf.mean(features, [0, 1, 2]), [1, -1]) as Tensor2D
      const heads = network.heads(pooled, store.statisticsOf(index))
      return [heads.quality.dataSync()[0]!, ...heads.faults.dataSync()]
    })
    const fault = FAULTS[faults.indexOf(Math.max(...faults))]!
    predictions.push({ quality: QUALITY_CENTRE + QUALITY_UNIT * quality!, fault })
    await turn()
  }
  return predictions
}

/** The tiles of a stored image that core would look at. */
export function tilesOf(store: Store, index: number, maxPixels: number): Patches {
  const { width, height } = store.images[index]!
  const levels = store.levels(index)
  const regions = sampleRegions(width, height, surveyLevels(levels, width, height), maxPixels)
  const tile = regions[0]!
  const pixels = tile.width * tile.height
  const batch = new Int8Array(regions.length * pixels)
  regions.forEach((region, i) => {
    copyPatch(levels, width, { ...region, flipX: false, flipY: false }, batch.subarray(i * pixels, (i + 1) * pixels))
  })
  return { levels: batch, count: regions.length, width: tile.width, height: tile.height }
}
