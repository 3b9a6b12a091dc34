import { setImmediate as turn } from 'node:timers/promises'
import { sampleRegions, surveyLevels } from '@diqa/core/model'
import type { Network, Patches } from '../network/network.js'
import { numbersOf } from '../numbers-of.js'
import type { Store } from '../store/store.js'
import { copyPatch } from './patches.js'

/** Pixels that f sees at once: small pictures, one by one, take half as much time again (2026-11-27, an Intel Xeon with AMX). */
const PIXELS_AT_ONCE = 2 ** 19

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
  for (const batch of batches(store, images, { maxPixels, signal })) {
    const rows = await numbersOf(tf, () => {
      const counts = batch.map(({ count }) => count)
      return tf.split(network.features(inOneBatch(batch)), counts).map((own) => tf.mean(own, [0, 1, 2]))
    })
    pooled.push(...rows)
    await turn()
  }
  return pooled
}

/** Neighbours whose tiles are of one size. */
function* batches(
  store: Store,
  images: readonly number[],
  { maxPixels, signal }: { maxPixels: number; signal?: AbortSignal | undefined },
): Generator<Patches[]> {
  let batch: Patches[] = []
  let pixels = 0
  for (const index of images) {
    signal?.throwIfAborted()
    const tiles = tilesOf(store, index, maxPixels)
    const alike = batch[0]?.width === tiles.width && batch[0].height === tiles.height
    if (batch.length > 0 && !(alike && pixels + tiles.levels.length <= PIXELS_AT_ONCE)) {
      yield batch
      batch = []
      pixels = 0
    }
    batch.push(tiles)
    pixels += tiles.levels.length
  }
  if (batch.length > 0) yield batch
}

function inOneBatch(patches: readonly Patches[]): Patches {
  const levels = new Int8Array(patches.reduce((sum, { levels }) => sum + levels.length, 0))
  let at = 0
  for (const { levels: own } of patches) {
    levels.set(own, at)
    at += own.length
  }
  return { ...patches[0]!, levels, count: patches.reduce((sum, { count }) => sum + count, 0) }
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
