import { setImmediate as turn } from 'node:timers/promises'
import { sampleRegions, surveyLevels } from '@diqa/core/model'
import type { Network, Patches } from '../network/network.js'
import { numbersOf } from '../numbers-of.js'
import type { Store } from '../store/store.js'
import { copyPatch } from './patches.js'

/**
 * What f says of stored images: means over the feature maps of the very tiles that core would look at.
 *
 * @param options.maxPixels core's pixel budget
 * @param options.signal aborts it between two images
 * @returns for each image, shape `[FEATURES]`
 */
export async function pooledFeatures(
  network: Network,
  store: Store,
  images: readonly number[],
  { maxPixels, signal }: { maxPixels: number; signal?: AbortSignal | undefined },
): Promise<Float32Array[]> {
  const { tf } = network
  const pooled: Float32Array[] = []
  for (const index of images) {
    signal?.throwIfAborted()
    const tiles = tilesOf(store, index, maxPixels)
    pooled.push(...(await numbersOf(tf, () => [tf.mean(network.features(tiles), [0, 1, 2])])))
    await turn()
  }
  return pooled
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
