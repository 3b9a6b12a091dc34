import { calibrate, STATISTICS } from '@diqa/core/model'
import { type Evaluation, evaluate as figuresOf, fitRidge, predictRidge } from '../measure/index.js'
import { predict } from '../stages/predict.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, listFlag, wholeFlag } from './command.js'
import { figure } from './figure.js'
import { IDENTITY, LEAST_PIXELS, networkOf, openTrained, readNote, writeNote } from './trained.js'

/** Figures of a run on a split of a prepared set, as `evaluation.json` keeps them. */
export interface EvaluatedSet {
  data: string
  sha256: string
  split: string
  maxPixels: number
  network: Evaluation
  /** Ridge regression on the statistics alone: what the network must beat. */
  ridge?: Evaluation
}

const SPLITS = ['train', 'val', 'test'] as const

/** `diqa-train evaluate`: SRCC, PLCC, KRCC and RMSE. */
export const evaluate: Command = {
  does: 'Measures a run on the val or test split of prepared sets, beside a ridge regression on the statistics.',
  paths: ['run'],
  flags: {
    data: { is: 'a prepared set', multiple: true },
    split: { is: 'val, test or all (default val); use test once per release' },
    'max-pixels': { is: "core's pixel budget (default 131072)" },
  },
  async run({ flags, paths, print, signal }: Call) {
    const split = flags.split ?? 'val'
    if (split !== 'val' && split !== 'test' && split !== 'all') {
      throw new UsageError(`Expected val, test or all for --split but received "${split}".`)
    }
    const maxPixels = wholeFlag(flags, 'max-pixels', 131072, LEAST_PIXELS)
    const trained = openTrained(paths[0]!)
    const stores = listFlag(flags, 'data').map((path) => new Store(path))
    if (stores.length === 0) throw new UsageError('Expected at least one --data but there is none.')
    const imagesOf = (store: Store) => (split === 'all' ? SPLITS.flatMap((each) => store.of(each)) : store.of(split))
    for (const store of stores) {
      const found = imagesOf(store).length
      if (found >= 10) continue
      throw new UsageError(`Expected at least 10 images for --split ${split} in ${store.folder} but found ${found}.`)
    }
    const network = await networkOf(trained)
    const map = readNote(trained.folder, 'calibration.json', IDENTITY)
    const sets = readNote<EvaluatedSet[]>(trained.folder, 'evaluation.json', [])
    for (const store of stores) {
      const { name, digest } = store.header
      const images = imagesOf(store)
      const truths = images.map((i) => store.images[i]!.quality!)
      const distortion = images.every((i) => store.images[i]!.distortion !== undefined)
        ? { distortion: images.map((i) => store.images[i]!.distortion!) }
        : {}
      const predictions = (await predict(network, store, images, { maxPixels, signal })).map((value) =>
        calibrate(map, value),
      )
      const set: EvaluatedSet = {
        data: name,
        sha256: digest,
        split,
        maxPixels,
        network: figuresOf(predictions, truths, distortion),
      }
      // Not fitted on images that it is measured on, nor on the few that some sets keep for training.
      if (split !== 'all' && store.of('train').length > STATISTICS.length) {
        set.ridge = figuresOf(ridgePredictions(store, images), truths, distortion)
      }
      const kept = sets.filter((other) => other.data !== name || other.split !== split || other.maxPixels !== maxPixels)
      sets.splice(0, sets.length, ...kept, set)
      print(table(set))
    }
    writeNote(trained.folder, 'evaluation.json', sets)
    return true
  },
}

function ridgePredictions(store: Store, images: readonly number[]): number[] {
  const train = store.of('train')
  const rows = train.map((i) => Array.from(store.statisticsOf(i)))
  const model = fitRidge(
    rows,
    train.map((i) => store.images[i]!.quality!),
  )
  return images.map((i) => predictRidge(model, Array.from(store.statisticsOf(i))))
}

function table({ data, split, maxPixels, network, ridge }: EvaluatedSet): string {
  const line = (
    name: string,
    { images, srcc, plcc, krcc, rmse }: Evaluation['distortions'][number] | Evaluation['overall'],
  ) =>
    [
      name.padEnd(24),
      String(images).padStart(6),
      ...[srcc, plcc, krcc].map((value) => figure(value, 3).padStart(7)),
      figure(rmse, 1).padStart(6),
    ].join(' ')
  return [
    `${data}, ${split}, ${maxPixels} pixels an image, ${STATISTICS.length} statistics`,
    `${''.padEnd(24)} ${'images'.padStart(6)} ${['SRCC', 'PLCC', 'KRCC'].map((name) => name.padStart(7)).join(' ')} ${'RMSE'.padStart(6)}`,
    line('network', network.overall),
    ...(ridge ? [line('ridge on the statistics', ridge.overall)] : []),
    ...network.distortions.map((figures) => line(`  ${figures.name}`, figures)),
  ].join('\n')
}
