import { fitCalibration } from '../measure/index.js'
import { predict } from '../stages/predict.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, listFlag, numberFlag } from './command.js'
import { networkOf, openTrained, writeNote } from './trained.js'

/** `diqa-train calibrate`: a monotonic map from what the network says to scores. */
export const calibrate: Command = {
  does: 'Fits the monotonic map from what the network says to scores of 0 to 100, on the val splits.',
  paths: ['run'],
  flags: {
    data: { is: 'a prepared set', multiple: true },
    method: { is: 'mean or quantile (default mean)' },
    knots: { is: 'pieces of the map (default 12)' },
    'max-pixels': { is: "core's pixel budget (default 131072)" },
  },
  async run({ flags, paths, print }: Call) {
    const method = flags.method ?? 'mean'
    if (method !== 'mean' && method !== 'quantile') {
      throw new UsageError(`Expected mean or quantile for --method but received "${method}".`)
    }
    const trained = openTrained(paths[0]!)
    const network = await networkOf(trained)
    const maxPixels = numberFlag(flags, 'max-pixels', 131072, 1)
    const predictions: number[] = []
    const truths: number[] = []
    for (const path of listFlag(flags, 'data')) {
      const store = new Store(path)
      const images = store.of('val')
      predictions.push(...(await predict(network, store, images, { maxPixels })))
      truths.push(...images.map((i) => store.images[i]!.quality!))
    }
    if (truths.length === 0) throw new UsageError('Expected at least one --data with a val split but there is none.')
    const map = fitCalibration(predictions, truths, { method, knots: numberFlag(flags, 'knots', 12, 2) })
    writeNote(trained.folder, 'calibration.json', map)
    map.x.forEach((x, i) => print(`${x.toFixed(1).padStart(6)} -> ${map.y[i]!.toFixed(1)}`))
    return true
  },
}
