import { fitCalibration } from '../measure/index.js'
import { predict } from '../stages/predict.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, listFlag, wholeFlag } from './command.js'
import { LEAST_PIXELS, networkOf, openTrained } from './trained.js'

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
  async run({ flags, paths, print, signal }: Call) {
    const method = flags.method ?? 'mean'
    if (method !== 'mean' && method !== 'quantile') {
      throw new UsageError(`Expected mean or quantile for --method but received "${method}".`)
    }
    const maxPixels = wholeFlag(flags, 'max-pixels', 131072, LEAST_PIXELS)
    const knots = wholeFlag(flags, 'knots', 12, 2)
    const trained = openTrained(paths[0]!)
    const stores = listFlag(flags, 'data').map((path) => new Store(path))
    if (!stores.some((store) => store.of('val').length > 0)) {
      throw new UsageError('Expected at least one --data with a val split but there is none.')
    }
    const network = await networkOf(trained)
    const predictions: number[] = []
    const truths: number[] = []
    for (const store of stores) {
      const images = store.of('val')
      for (const prediction of await predict(network, store, images, { maxPixels, signal }))
        predictions.push(prediction)
      for (const i of images) truths.push(store.images[i]!.quality!)
    }
    const map = fitCalibration(predictions, truths, { method, knots })
    trained.folder.writeJson('calibration.json', map)
    // It was measured in scores of the older map.
    trained.folder.remove('ladders.json')
    for (const [i, x] of map.x.entries()) print(`${x.toFixed(1).padStart(6)} -> ${map.y[i]!.toFixed(1)}`)
    return true
  },
}
