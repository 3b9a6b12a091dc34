import type { Dataset } from './dataset.js'

/** What a user may say about a data set. Which adapter takes which is in the table of `adapters.ts`. */
export interface DatasetOptions {
  /** File of the scores, relative to the root, where the data set's own name for it is not the one on disk. */
  scores?: string | undefined
  /** biq2021: `published` for the data set's own split, or the path of a CSV file with columns image and split. */
  split?: string | undefined
  /** koniq10k: the folder of images. */
  size?: '1024x768' | '512x384' | undefined
  /** plain-csv: name of the data set. @default the name of the root folder */
  name?: string | undefined
  /** plain-csv: what the scores are. @default 'mos' */
  direction?: 'mos' | 'dmos' | undefined
  /** plain-csv: lower end of the published scale. @default the lowest score there is */
  min?: number | undefined
  /** plain-csv: upper end of the published scale. @default the highest score there is */
  max?: number | undefined
}

/** Reads the data set that lies unpacked in the folder `root`. */
export type Adapter = (root: string, options: DatasetOptions) => Promise<Dataset>
