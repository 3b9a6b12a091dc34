import { setImmediate as turn } from 'node:timers/promises'
import { sampleRegions, surveyLevels } from '@diqa/core/model'
import type { Tensor2D } from '@tensorflow/tfjs-core'
import { type Network, QUALITY_CENTRE, QUALITY_UNIT } from '../network/network.js'
import type { Store } from '../store/store.js'
import { copyPatch } from './patches.js'

/**
 * Quality of stored images before calibration, 0 to 100 and a little beyond, from the very tiles that core would look at.
 *
 * @param options.maxPixels core's pixel budget
 * @param options.signal aborts it between two images
 */
export async function predict(
  network: Network,
  store: Store,
  images: readonly number[],
  { maxPixels, signal }: { maxPixels: number; signal?: AbortSignal },
): Promise<number[]> {
  const { tf } = network
  const predictions: number[] = []
  for (const index of images) {
    signal?.throwIfAborted()
    const { width, height } = store.images[index]!
    const levels = store.levels(index)
    const regions = sampleRegions(width, height, surveyLevels(levels, width, height), maxPixels)
    const tile = regions[0]!
    const pixels = tile.width * tile.height
    const batch = new Int8Array(regions.length * pixels)
    regions.forEach((region, i) => {
      copyPatch(levels, width, { ...region, flipX: false, flipY: false }, batch.subarray(i * pixels, (i + 1) * pixels))
    })
    const quality = tf.tidy(() => {
      const features = network.features({
        levels: batch,
        count: regions.length,
        width: tile.width,
        height: tile.height,
      })
      const pooled = tf.reshape(tf.mean(features, [0, 1, 2]), [1, -1]) as Tensor2D
      return network.heads(pooled, store.statisticsOf(index)).quality.dataSync()[0]!
    })
    predictions.push(QUALITY_CENTRE + QUALITY_UNIT * quality)
    await turn()
  }
  return predictions
}
