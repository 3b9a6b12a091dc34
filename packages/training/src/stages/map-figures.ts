import { FEATURE_SCALE } from '@diqa/core/model'
import { plcc } from '../measure/plcc.js'
import type { Network } from '../network/network.js'
import { numbersOf } from '../numbers-of.js'
import type { ErrorMapOptions } from './error-target.js'
import { mapLoss, mapTargets } from './map-loss.js'
import type { PairSource } from './pairs.js'

/** Batches that are looked at. */
const ROUNDS = 8

/** How well g's error maps agree with the true ones of the val pairs: stage 1's loss, and the mean correlation over patches. */
export async function mapFigures(
  network: Network,
  pairs: PairSource,
  { side, batch, errorMap }: { side: number; batch: number; errorMap?: ErrorMapOptions | undefined },
): Promise<{ mapLoss: number; mapCorrelation: number }> {
  const cells = (side / FEATURE_SCALE) ** 2
  let loss = 0
  const correlations: number[] = []
  for (let round = 0; round < ROUNDS; round++) {
    const { reference, distorted } = await pairs.batch('val', round, batch)
    const [lossOf, predicted, truth] = await numbersOf(network.tf, () => {
      const features = network.features({ levels: distorted, count: batch, width: side, height: side })
      const prediction = network.errorMap(features)
      const { target, reliability } = mapTargets(network, reference, distorted, side, errorMap)
      return [mapLoss(network, prediction, target, reliability), prediction, target]
    })
    loss += lossOf![0]! / ROUNDS
    for (let from = 0; from < predicted!.length; from += cells) {
      const correlation = plcc([...predicted!.slice(from, from + cells)], [...truth!.slice(from, from + cells)])
      // A patch without any error, or without any texture, has no map to agree with.
      if (Number.isFinite(correlation)) correlations.push(correlation)
    }
  }
  return { mapLoss: loss, mapCorrelation: correlations.reduce((a, b) => a + b, 0) / correlations.length }
}
