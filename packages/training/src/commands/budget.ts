import { drawChart } from '../chart.js'
import { bootstrapInterval, compare, type Difference, type Interval, srcc } from '../measure/index.js'
import { predict } from '../stages/predict.js'
import { Store } from '../store/store.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, textFlag } from './command.js'
import { within } from './figure.js'
import { networkOf, openTrained, readNote } from './trained.js'

/** Accuracy by the pixels that the network looks at, as `budget.json` keeps it. */
export interface BudgetNote {
  data: string
  split: string
  images: number
  rows: BudgetRow[]
}

export interface BudgetRow {
  /** Tiles of 128 x 128; absent for the whole image. */
  tiles?: number
  /** Mean over the images, in pixels. */
  looked: number
  srcc: { value: number } & Interval
  /** What it is above, or below, that of the whole image. */
  difference: Difference
}

const TILE = 128 * 128
const TILES = [1, 2, 4, 8, 16, undefined]

/** `diqa-train budget`: accuracy against the pixels looked at. */
export const budget: Command = {
  does: 'Measures a run with 1 to 16 tiles of an image and with the whole of it: what core should look at.',
  paths: ['run'],
  flags: {
    data: { is: 'a prepared set' },
    split: { is: 'val or test (default val)' },
    out: { is: 'the picture, .svg or .png' },
  },
  async run({ flags, paths, print, signal }: Call) {
    const split = flags.split ?? 'val'
    if (split !== 'val' && split !== 'test') {
      throw new UsageError(`Expected val or test for --split but received "${split}".`)
    }
    const out = textFlag(flags, 'out')
    const store = new Store(textFlag(flags, 'data'))
    const trained = openTrained(paths[0]!)
    const images = store.of(split)
    if (images.length < 10) {
      throw new UsageError(
        `Expected at least 10 images for --split ${split} in ${store.folder} but found ${images.length}.`,
      )
    }
    const network = await networkOf(trained)
    const truths = images.map((i) => store.images[i]!.quality!)
    const sizes = images.map((i) => store.images[i]!.width * store.images[i]!.height)
    const whole = Math.max(...sizes)
    const predictions: number[][] = []
    for (const tiles of TILES) {
      predictions.push(await predict(network, store, images, { maxPixels: pixels(tiles, whole), signal }))
      print(`${name(tiles)}: done`)
    }
    const rows = TILES.map((tiles, i): BudgetRow => {
      const limit = pixels(tiles, whole)
      return {
        ...(tiles !== undefined && { tiles }),
        looked: Math.round(sizes.reduce((sum, size) => sum + Math.min(size, limit), 0) / sizes.length),
        srcc: { value: srcc(predictions[i]!, truths), ...bootstrapInterval(srcc, predictions[i]!, truths) },
        difference: compare(predictions[i]!, predictions.at(-1)!, truths).srcc,
      }
    })
    const note: BudgetNote = { data: store.header.name, split, images: images.length, rows }
    const kept = readNote<BudgetNote[]>(trained.folder, 'budget.json', []).filter(
      (other) => other.data !== note.data || other.split !== split,
    )
    trained.folder.writeJson('budget.json', [...kept, note])
    await drawChart(
      [
        {
          title: `SRCC on ${note.data}, ${split}, ${note.images} images`,
          x: { name: 'pixels looked at', logarithmic: true },
          y: {},
          series: [
            { name: 'SRCC', points: rows.map((row) => [row.looked, row.srcc.value]) },
            { name: 'lower end', points: rows.map((row) => [row.looked, row.srcc.low]) },
            { name: 'upper end', points: rows.map((row) => [row.looked, row.srcc.high]) },
          ],
        },
      ],
      'the pixel budgets',
      out,
    )
    print(`${'looks at'.padEnd(12)} ${'pixels'.padStart(9)}  ${'SRCC'.padEnd(24)} above the whole image's`)
    for (const {
      tiles,
      looked,
      srcc: { value, ...ends },
      difference,
    } of rows) {
      const cells = [within(value, ends).padEnd(24), within(difference.value, difference)]
      print(`${name(tiles).padEnd(12)} ${String(looked).padStart(9)}  ${cells.join(' ')}`.trimEnd())
    }
    return true
  },
}

function pixels(tiles: number | undefined, whole: number): number {
  return tiles === undefined ? whole : tiles * TILE
}

function name(tiles: number | undefined): string {
  if (tiles === undefined) return 'whole image'
  return tiles === 1 ? '1 tile' : `${tiles} tiles`
}
