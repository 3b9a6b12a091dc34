import type { Report } from '../report.js'

/** Small pictures of an image, as WebP, for a report that shows it. */
export interface Picture {
  /** At most 96 pixels a side. */
  thumbnail?: Uint8Array
  /** At most 640 pixels a side; only of images that need a look. */
  preview?: Uint8Array
  /** The predicted error as heat, to be laid over the preview; only of images that need a look. */
  heatMap?: Uint8Array
}

/** Pictures by the digest of the file that they show. */
export type Pictures = ReadonlyMap<string, Picture>

/** Gathers the pictures for a report. What cannot be shown is absent; it never rejects. */
export type PictureSource = (report: Report) => Promise<Pictures>
