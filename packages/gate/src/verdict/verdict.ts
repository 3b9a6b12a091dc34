import type { Label } from '@diqa/core'
import type { Severity } from '../config/options.js'
import type { ReportImage } from '../report.js'

/** An image's score held against its source's. */
export interface Drop {
  /** The source's score. */
  from: number
  /** The source's label. */
  label: Label
  /** Hex digest of the source. */
  sha256: string
  /** Points lost; negative where the output is the better one. */
  by: number
  /** The limit that it exceeds, if it does. */
  limit?: number
  /** The glob of the rule that set the limit. */
  files?: string
}

/** What the gate says of one image, under one name. */
export interface Verdict {
  /** The source relative to the root where it is known, else the output; with `/`. */
  path: string
  /** Relative to the output folder, with `/`. */
  output?: string
  status: ReportImage['status']
  /** What the bundler is to make of it. */
  severity: Severity
  /** The scope it was added under. */
  scope: string
  score?: number
  label?: Label
  /** The limit that the score is below, if it is. */
  limit?: number
  /** The glob of the rule that set {@link limit}, else of the last rule that matches. */
  files?: string
  /** Where source and output were compared. */
  drop?: Drop
  /** One sentence: what to do. */
  advice?: string
  /** The other images that this verdict speaks for: bad variants of the same picture. */
  others: string[]
  /** What variants of a picture have in common. */
  group: string
  /** As the report shows it. */
  image: ReportImage
}
