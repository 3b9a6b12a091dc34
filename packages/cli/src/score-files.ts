import type { ScoreResult, Scorer } from '@diqa/core'
import { type ReportImage, reportImage, reportPath } from '@diqa/gate'
import type { ProgressLine } from './progress-line.js'
import type { StopSignals } from './stop-signals.js'

/** What a run came to, whether it reached the end or not. */
export interface ScoredFiles {
  images: ReportImage[]
  /** One sentence each: files that could not be read, and failures of the engine. */
  faults: string[]
  /** What ended the run early, other than a signal. */
  failure?: unknown
}

/** How a run is watched and ended. */
export interface ScoreFilesOptions {
  /** What the paths of the report are relative to. */
  root: string
  stop: StopSignals
  progress: ProgressLine
}

/** Scores the files. Of each, only its line of the report is kept. */
export async function scoreFiles(
  scorer: Scorer,
  files: string[],
  { root, stop, progress }: ScoreFilesOptions,
): Promise<ScoredFiles> {
  const scored: ScoredFiles = { images: [], faults: [] }
  try {
    const results = scorer.scoreMany(files)[Symbol.asyncIterator]()
    for (const file of files) {
      const next = await stop.orStop(results.next())
      if (next === undefined) break
      if (next.done)
        throw new Error(`Expected a result for each of ${files.length} files but received ${scored.images.length}.`)
      const path = reportPath(file, root)
      scored.images.push(reportImage(path, next.value))
      const fault = faultOf(next.value)
      if (fault !== undefined) scored.faults.push(`${path}: ${fault}`)
      progress.step(path)
    }
  } catch (failure) {
    scored.failure = failure
  } finally {
    progress.end()
  }
  return scored
}

/** The sentence of a result that tells nothing of the image: the file gave no bytes, or the engine failed. */
function faultOf(result: ScoreResult): string | undefined {
  if (result.status !== 'undecodable') return undefined
  const noBytes = result.reason === 'unreadable' && result.sha256 === undefined
  return noBytes || result.reason === 'engine-failure' ? result.message : undefined
}
