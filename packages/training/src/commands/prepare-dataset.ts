import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decode, inspect, type Pixels } from '@diqa/core/model'
import { readDataset } from '../data/adapters.js'
import { DataError } from '../data/data-error.js'
import { type Dataset, quality, type Sample, type Split } from '../data/dataset.js'
import type { DatasetOptions } from '../data/options.js'
import { assignSplits, type Shares } from '../data/splits.js'
import type { StoreHeader } from '../store/store.js'
import { StoreWriter } from '../store/store-writer.js'

export interface PrepareOptions extends Shares {
  dataset: DatasetOptions
  onProgress?: (done: number, total: number) => void
}

/** Images decoded ahead of the one that is being written. */
const AHEAD = 4

/** The very decoding that users' images get. */
const DECODING = { background: '#fff', limitInputPixels: 0x3fff ** 2 }

/**
 * Prepares a published data set: reads its list, splits it, and stores Î and statistics of every image, and Î of the
 * references that it has.
 *
 * @throws {DataError} when the data set is not what its adapter expects, or an image does not decode
 */
export async function prepareDataset(
  kind: string,
  root: string,
  folder: string,
  options: PrepareOptions,
): Promise<StoreHeader> {
  const dataset = assignSplits(await readDataset(kind, root, options.dataset), options)
  const writer = await StoreWriter.create(folder)
  const references = new Map<string, number>()
  const pictures = decodedAhead(dataset)
  let done = 0
  for (const sample of dataset.samples) {
    const { image, reference, group, split, distortion, level } = sample
    if (reference !== undefined && !references.has(reference)) {
      const pixels = await open(join(root, reference))
      references.set(reference, await writer.add({ name: reference, group, split }, pixels))
    }
    await writer.add(
      {
        name: image,
        quality: quality(dataset.opinion, sample.score),
        group,
        split,
        ...(reference !== undefined && { reference: references.get(reference)! }),
        ...(distortion !== undefined && { distortion }),
        ...(level !== undefined && { level }),
      },
      (await pictures.next()).value as Pixels,
    )
    options.onProgress?.(++done, dataset.samples.length)
  }
  return writer.finish({ name: dataset.name, truth: 'opinion', scale: dataset.opinion })
}

async function* decodedAhead({ root, samples }: Dataset & { samples: (Sample & { split: Split })[] }) {
  const ahead: Promise<Pixels>[] = []
  for (const { image } of samples) {
    const picture = open(join(root, image))
    picture.catch(() => {})
    ahead.push(picture)
    if (ahead.length > AHEAD) yield await ahead.shift()!
  }
  for (const picture of ahead) yield await picture
}

async function open(path: string): Promise<Pixels> {
  const bytes = await readFile(path)
  const header = await inspect(bytes, DECODING)
  const decoded = header.status === 'inspected' ? await decode(bytes, header, DECODING) : header
  if (decoded.status === 'decoded') return decoded.pixels
  throw DataError.expected('an image that can be scored', path, decoded.message)
}

