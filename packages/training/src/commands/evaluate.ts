import { calibrate, STATISTICS } from '@diqa/core/model'
import { type Evaluation, evaluate as figuresOf, fitRidge, predictRidge } from '../measure/index.js'
import { predict } from '../stages/predict.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, listFlag, numberFlag } from './command.js'
import { IDENTITY, networkOf, openTrained, readNote, writeNote } from './trained.js'

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

/** `diqa-train evaluate`: SRCC, PLCC, KRCC and RMSE. */
export const evaluate: Command = {
  does: 'Measures a run on the val or test split of prepared sets, beside a ridge regression on the statistics.',
  paths: ['run'],
  flags: {
    data: { is: 'a prepared set', multiple: true },
    split: { is: 'val, test or all (default val); use test once per release' },
    'max-pixels': { is: "core's pixel budget (default 131072)" },
  },
  async run({ flags, paths, print }: Call) {
    const split = flags.split ?? 'val'
    if (split !== 'val' && split !== 'test' && split !== 'all') {
      throw new UsageError(`Expected val, test or all for --split but received "${split}".`)
    }
    const trained = openTrained(paths[0]!)
    const network = await networkOf(trained)
    const map = readNote(trained.folder, 'calibration.json', IDENTITY)
    const maxPixels = numberFlag(flags, 'max-pixels', 131072, 1)
    const sets = readNote<EvaluatedSet[]>(trained.folder, 'evaluation.json', [])
    for (const path of listFlag(flags, 'data')) {
      const store = new Store(path)
      const { name, digest } = store.header
      const images = split === 'all' ? (['train', 'val', 'test'] as const).flatMap((s) => store.of(s)) : store.of(split)
      if (images.length < 10) throw new UsageError(`Expected at least 10 ${split} images in ${path} but found ${images.length}.`)
      const truths = images.map((i) => store.images[i]!.quality!)
      const distortion = images.every((i) => store.images[i]!.distortion !== undefined)
        ? { distortion: images.map((i) => store.images[i]!.distortion!) }
        : {}
      const predictions = (await predict(network, store, images, { maxPixels })).map((value) => calibrate(map, value))
      const set: EvaluatedSet = {
        data: name,
        sha256: digest,
        split,
        maxPixels,
        network: figuresOf(predictions, truths, distortion),
      }
      if (split !== 'all') set.ridge = figuresOf(ridgePredictions(store, images), truths, distortion)
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
  const model = fitRidge(rows, train.map((i) => store.images[i]!.quality!))
  return images.map((i) => predictRidge(model, Array.from(store.statisticsOf(i))))
}

function table({ data, split, maxPixels, network, ridge }: EvaluatedSet): string {
  const line = (name: string, { images, srcc, plcc, krcc, rmse }: Evaluation['distortions'][number] | Evaluation['overall']) =>
    [name.padEnd(24), String(images).padStart(6), ...[srcc, plcc, krcc].map((figure) => figure.toFixed(3).padStart(7)), rmse.toFixed(1).padStart(6)].join(' ')
  return [
    `${data}, ${split}, ${maxPixels} pixels an image, ${STATISTICS.length} statistics`,
    `${''.padEnd(24)} ${'images'.padStart(6)} ${['SRCC', 'PLCC', 'KRCC'].map((name) => name.padStart(7)).join(' ')} ${'RMSE'.padStart(6)}`,
    line('network', network.overall),
    ...(ridge ? [line('ridge on the statistics', ridge.overall)] : []),
    ...network.distortions.map((figures) => line(`  ${figures.name}`, figures)),
  ].join('\n')
}
