import { FAULTS } from '@diqa/core/model'
import { type Network, QUALITY_CENTRE, QUALITY_UNIT } from '../network/network.js'
import { numbersOf } from '../numbers-of.js'
import type { Store } from '../store/store.js'
import { pooledFeatures } from './pooled.js'

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

/** Quality of stored images before calibration, and what is most wrong with them: {@link pooledFeatures} and the heads. */
export async function assess(...given: Parameters<typeof pooledFeatures>): Promise<Prediction[]> {
  const [network, store, images] = given
  return assessPooled(network, store, images, await pooledFeatures(...given))
}

/** The heads alone. @param pooled of each image */
export async function assessPooled(
  network: Network,
  store: Store,
  images: readonly number[],
  pooled: readonly Float32Array[],
): Promise<Prediction[]> {
  const [qualities, logits] = await numbersOf(network.tf, () => {
    const statistics = inOne(images.map((index) => store.statisticsOf(index)))
    const { quality, faults } = network.heads(rowsOf(network, pooled), statistics)
    return [quality, faults]
  })
  return images.map((_, i) => {
    const faults = logits!.subarray(i * FAULTS.length, (i + 1) * FAULTS.length)
    return {
      quality: QUALITY_CENTRE + QUALITY_UNIT * qualities![i]!,
      fault: FAULTS[faults.indexOf(Math.max(...faults))]!,
    }
  })
}

/** Rows of equal length as a matrix. */
export function rowsOf({ tf }: Network, rows: readonly Float32Array[]) {
  return tf.tensor2d(inOne(rows), [rows.length, rows[0]!.length])
}

/** Rows of equal length, one after the other. */
export function inOne(rows: readonly Float32Array[]): Float32Array {
  const width = rows[0]!.length
  const flat = new Float32Array(rows.length * width)
  for (const [i, row] of rows.entries()) flat.set(row, i * width)
  return flat
}
