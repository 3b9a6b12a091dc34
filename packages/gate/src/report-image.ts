import { relative, sep } from 'node:path'
import type { ScoreResult } from '@diqa/core'
import type { ReportImage } from './report.js'

/** How a report names a file: relative to the root, with `/` on every platform. */
export function reportPath(file: string, root: string): string {
  const path = relative(root, file)
  return sep === '/' ? path : path.split(sep).join('/')
}

/** A score result as a report's image, held against no rule. `path` is as {@link reportPath} gives it. */
export function reportImage(path: string, result: ScoreResult): ReportImage {
  return { path, ...facts(result), ...outcome(result) }
}

function facts({ bytes, sha256, format, width, height }: ScoreResult): Partial<ReportImage> {
  return {
    // A file that could not be read has neither a size nor a digest.
    ...(sha256 ? { bytes, sha256 } : {}),
    ...(format === undefined ? {} : { format }),
    ...(width === undefined ? {} : { width }),
    ...(height === undefined ? {} : { height }),
  }
}

function outcome(result: ScoreResult): Pick<ReportImage, 'status'> & Partial<ReportImage> {
  if (result.status === 'scored') {
    const { score, label, fault, notes } = result
    return { status: 'pass', score, label, ...(fault && { fault }), ...(notes.length > 0 ? { notes: [...notes] } : {}) }
  }
  const { reason, message } = result
  return { status: result.status === 'skipped' ? 'skip' : 'undecodable', reason, message }
}
