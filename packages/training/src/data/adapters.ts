import { readBiq2021 } from './biq2021.js'
import { readClive } from './clive.js'
import { readCsiq } from './csiq.js'
import { DataError } from './data-error.js'
import type { Dataset } from './dataset.js'
import { readKadid10k } from './kadid10k.js'
import { readKoniq10k } from './koniq10k.js'
import { readLive } from './live.js'
import type { Adapter, DatasetOptions } from './options.js'
import { readPlainCsv } from './plain-csv.js'
import { readTid2013 } from './tid2013.js'

interface Entry {
  read: Adapter
  /** The options it takes. */
  options: readonly (keyof DatasetOptions)[]
}

/** Every kind of data set that can be read, by the name it goes by on the command line. */
export const adapters = {
  live: { read: readLive, options: [] },
  tid2013: { read: readTid2013, options: [] },
  csiq: { read: readCsiq, options: ['scores'] },
  kadid10k: { read: readKadid10k, options: [] },
  koniq10k: { read: readKoniq10k, options: ['size'] },
  clive: { read: readClive, options: [] },
  biq2021: { read: readBiq2021, options: ['split'] },
  'plain-csv': { read: readPlainCsv, options: ['scores', 'name', 'direction', 'min', 'max'] },
} as const satisfies Record<string, Entry>

/**
 * Reads and checks the data set of the given kind in the folder `root`.
 *
 * @throws {DataError} for an unknown kind, an option that the kind does not take, and anything in the data set that is
 * missing or not as published.
 */
export async function readDataset(kind: string, root: string, options: DatasetOptions = {}): Promise<Dataset> {
  const known = Object.keys(adapters).join(', ')
  const entry = Object.hasOwn(adapters, kind) ? (adapters as Record<string, Entry>)[kind] : undefined
  if (!entry) throw DataError.expected(`one of: ${known}`, 'the kind of data set', JSON.stringify(kind))
  for (const [option, value] of Object.entries(options)) {
    if (value === undefined || entry.options.includes(option as keyof DatasetOptions)) continue
    const taken = entry.options.length > 0 ? `one of: ${entry.options.join(', ')}` : 'none'
    throw DataError.expected(taken, `the options of ${kind}`, option)
  }
  return entry.read(root, options)
}
