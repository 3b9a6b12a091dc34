import { calibrate, FAULTS, label } from '@diqa/core/model'
import { faultOf } from '../distort/fault.js'
import { compare, type FaultAccuracy, faultAccuracy, evaluate as figuresOf } from '../measure/index.js'
import { assess } from '../stages/predict.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, type Flags, listFlag, pairsFlag, wholeFlag } from './command.js'
import { type Competitor, fromFile, naive, ridges } from './competitors.js'
import { type EvaluatedSet, table } from './evaluated-set.js'
import { IDENTITY, LEAST_PIXELS, networkOf, openTrained, readNote } from './trained.js'

const SPLITS = ['train', 'val', 'test'] as const

/** `diqa-train evaluate`: SRCC, PLCC, KRCC and RMSE. */
export const evaluate: Command = {
  does: 'Measures a run on the val or test split of prepared sets, beside ridge regressions on the statistics.',
  paths: ['run'],
  flags: {
    data: { is: 'a prepared set', multiple: true },
    split: { is: 'val, test or all (default val); use test once per release' },
    'max-pixels': { is: "core's pixel budget (default 131072)" },
    against: { is: "a CSV file of another metric's scores (columns image, score) of the one --data", multiple: true },
    'against-lower': { is: 'the same of a metric whose lower scores are better', multiple: true },
    root: { is: "NAME=FOLDER: a set's files, for bits a pixel and the variance of the Laplacian", multiple: true },
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
    const files = [...listFlag(flags, 'against'), ...listFlag(flags, 'against-lower')]
    if (files.length > 0 && stores.length > 1) {
      throw new UsageError(`Expected one --data beside --against but received ${stores.length}.`)
    }
    const imagesOf = (store: Store) => (split === 'all' ? SPLITS.flatMap((each) => store.of(each)) : store.of(split))
    for (const store of stores) {
      const found = imagesOf(store).length
      if (found >= 10) continue
      throw new UsageError(`Expected at least 10 images for --split ${split} in ${store.folder} but found ${found}.`)
    }
    const roots = rootsOf(flags, stores)
    const network = await networkOf(trained)
    const map = readNote(trained.folder, 'calibration.json', IDENTITY)
    const sets = readNote<EvaluatedSet[]>(trained.folder, 'evaluation.json', [])
    for (const store of stores) {
      const { name, digest } = store.header
      const images = imagesOf(store)
      const names = images.map((i) => store.images[i]!.name)
      const others: Competitor[] = [
        // Not measured on images that they were fitted on.
        ...(split === 'all' ? [] : ridges(store, images)),
        ...(roots[name] === undefined ? [] : await naive(roots[name], names, signal)),
        ...listFlag(flags, 'against').map((file) => fromFile(file, names, false)),
        ...listFlag(flags, 'against-lower').map((file) => fromFile(file, names, true)),
      ]
      const assessed = await assess(network, store, images, { maxPixels, signal })
      const predictions = assessed.map(({ quality }) => calibrate(map, quality))
      // As core reports them: none in an excellent image.
      const said = assessed.map(({ fault }, i) => (label(predictions[i]!) === 'excellent' ? 'none' : fault))
      const set = {
        ...{ data: name, sha256: digest, split, maxPixels },
        ...measured(store, images, predictions, others),
        ...faultsOf(store, images, said),
      }
      const kept = sets.filter((other) => other.data !== name || other.split !== split || other.maxPixels !== maxPixels)
      sets.splice(0, sets.length, ...kept, set)
      print(table(set))
    }
    trained.folder.writeJson('evaluation.json', sets)
    return true
  },
}

/** @throws UsageError when a root belongs to no set: a mistyped name would leave its figures out */
function rootsOf(flags: Flags, stores: readonly Store[]): Record<string, string> {
  const roots = pairsFlag(flags, 'root')
  const names = stores.map(({ header }) => header.name)
  const unknown = Object.keys(roots).find((name) => !names.includes(name))
  if (unknown === undefined) return roots
  throw new UsageError(`Expected one of ${names.join(', ')} for the name in --root but received "${unknown}".`)
}

function measured(
  store: Store,
  images: readonly number[],
  predictions: readonly number[],
  others: readonly Competitor[],
): Pick<EvaluatedSet, 'network' | 'others'> {
  const truths = images.map((i) => store.images[i]!.quality!)
  const groups = { ...allOf(store, images, 'distortion'), ...allOf(store, images, 'part') }
  return {
    network: figuresOf(predictions, truths, groups),
    others: others.map(({ predictions: said, ...other }) => ({
      ...other,
      figures: figuresOf(said, truths, groups),
      differences: compare(predictions, said, truths),
    })),
  }
}

/** What a set says of each image; nothing where it says it of some alone. */
function allOf<Name extends 'distortion' | 'part'>(store: Store, images: readonly number[], name: Name) {
  const values = images.flatMap((i) => store.images[i]![name] ?? [])
  return (values.length === images.length ? { [name]: values } : {}) as { [N in Name]?: string[] }
}

/** Nothing where no fault of the set's images is known: of opinions it never is. */
function faultsOf(store: Store, images: readonly number[], said: readonly string[]): { faults?: FaultAccuracy } {
  if (store.header.truth !== 'judge') return {}
  const known = images.flatMap((image, i) => {
    const fault = faultOf(store.images[image]!)
    return fault < 0 ? [] : [{ said: said[i]!, meant: FAULTS[fault]!, judged: store.images[image]!.quality! }]
  })
  const of = <Name extends keyof (typeof known)[number]>(name: Name) => known.map((each) => each[name])
  return { faults: faultAccuracy(of('said'), of('meant'), of('judged')) }
}
