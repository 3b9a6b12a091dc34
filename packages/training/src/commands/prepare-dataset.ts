import { join } from 'node:path'
import type { Pixels } from '@diqa/core/model'
import { readDataset } from '../data/adapters.js'
import { DataError } from '../data/data-error.js'
import { type Dataset, quality, type Sample, type Split } from '../data/dataset.js'
import type { DatasetOptions } from '../data/options.js'
import { assignSplits, type Shares } from '../data/splits.js'
import type { StoreHeader } from '../store/store.js'
import { StoreWriter } from '../store/store-writer.js'
import { openPicture } from './open-picture.js'

export interface PrepareOptions extends Shares {
  dataset: DatasetOptions
  onProgress?: (done: number, total: number) => void
  /** Aborts it between two images. */
  signal?: AbortSignal
}

/** Images decoded ahead of the one that is being written. */
const AHEAD = 4

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
  // By name: the order decides the batches and the digest, and lists of the same data set differ in theirs.
  dataset.samples.sort((a, b) => (a.image < b.image ? -1 : 1))
  const writer = await StoreWriter.create(folder)
  try {
    return await fill(writer, dataset, options)
  } finally {
    await writer.close()
  }
}

async function fill(
  writer: StoreWriter,
  dataset: Dataset & { samples: (Sample & { split: Split })[] },
  options: PrepareOptions,
): Promise<StoreHeader> {
  const { root } = dataset
  const references = new Map<string, number>()
  const pictures = decodedAhead(dataset)
  let done = 0
  for (const sample of dataset.samples) {
    options.signal?.throwIfAborted()
    const { image, reference, group, split, part, distortion, level } = sample
    const pixels = (await pictures.next()).value as Pixels
    if (reference !== undefined && !references.has(reference)) {
      const undistorted = (await openPicture(join(root, reference))).pixels
      references.set(reference, await writer.add({ name: reference, group, split }, undistorted))
    }
    if (reference !== undefined) checkSize(writer, references.get(reference)!, image, pixels)
    await writer.add(
      {
        name: image,
        quality: quality(dataset.opinion, sample.score),
        group,
        split,
        ...(reference !== undefined && { reference: references.get(reference)! }),
        ...(part !== undefined && { part }),
        ...(distortion !== undefined && { distortion }),
        ...(level !== undefined && { level }),
      },
      pixels,
    )
    options.onProgress?.(++done, dataset.samples.length)
  }
  return writer.finish({ name: dataset.name, truth: 'opinion', scale: dataset.opinion })
}

/** Stage 1 compares the two pixel by pixel. */
function checkSize(writer: StoreWriter, reference: number, image: string, { width, height }: Pixels): void {
  const { name, ...size } = writer.images[reference]!
  if (size.width === width && size.height === height) return
  throw DataError.expected(`a reference of ${width} x ${height}`, image, `${name} with ${size.width} x ${size.height}`)
}

async function* decodedAhead({ root, samples }: Dataset & { samples: (Sample & { split: Split })[] }) {
  const ahead: Promise<Pixels>[] = []
  for (const { image } of samples) {
    const picture = openPicture(join(root, image)).then(({ pixels }) => pixels)
    picture.catch(() => {})
    ahead.push(picture)
    if (ahead.length > AHEAD) yield await ahead.shift()!
  }
  for (const picture of ahead) yield await picture
}
