import type { Scorer } from '@diqa/core'
import {
  type Collector,
  createCollector,
  type FinishOptions,
  type GateResult,
  plural,
  type ReportImage,
  type ResolvedOptions,
  reportPath,
} from '@diqa/gate'
import { isMisuse } from './cli-error.js'
import type { CliProcess } from './cli-process.js'
import { isInteractive } from './color-support.js'
import type { CreateScorer } from './create-scorer.js'
import { noProgress, type Progress, progress } from './progress.js'
import type { Sources } from './sources.js'
import { type StopSignals, stopSignals } from './stop-signals.js'
import { toolVersion } from './tool-version.js'

/** What a run came to, whether it reached the end or not. */
export interface GateRun {
  result: GateResult
  /** The exit code that a signal asked for, if one ended the run. */
  stopped: number | undefined
  /** What ended the run early, other than a signal. */
  failure: unknown
}

/** How files are gated. */
export interface GateFilesOptions {
  process: CliProcess
  createScorer: CreateScorer
  silent: boolean
  sources?: Sources
  baseline?: FinishOptions['baseline']
}

/**
 * Scores the files and holds them against the rules, with the cache, and hands on what came of it while a signal can still
 * end the run early.
 *
 * @param files absolute
 */
export async function gateFiles<T>(
  files: readonly string[],
  options: ResolvedOptions,
  { process, createScorer, silent, sources = new Map(), baseline }: GateFilesOptions,
  use: (run: GateRun) => Promise<T>,
): Promise<T> {
  const bar = silent
    ? noProgress
    : progress(process.stderr, { total: files.length, interactive: isInteractive(process.stderr, process.env) })
  const stop = stopSignals(process)
  const failure = deferredFailure()
  const collector = createCollector(options, {
    createScorer: createScorer as (options: ResolvedOptions['scorer']) => Promise<Scorer>,
    tool: { name: 'diqa', version: toolVersion() },
    onSettled: (path, ...errors) => (errors.length > 0 ? failure.reject(errors[0]) : bar.step(path)),
  })
  try {
    const run = await gather(collector, files, { stop, failed: failure.promise, bar, sources, baseline })
    return await use(run)
  } finally {
    stop.release()
    const disposed = collector.dispose()
    // A stopped run does not wait for the work in flight, nor hear of what became of it.
    if (stop.exitCode === undefined) await disposed
    else disposed.catch(() => {})
  }
}

interface Gathering {
  stop: StopSignals
  /** Rejects when an image cannot be scored for no fault of its own. */
  failed: Promise<never>
  bar: Progress
  sources: Sources
  baseline: FinishOptions['baseline']
}

async function gather(
  collector: Collector,
  files: readonly string[],
  { stop, failed, bar, sources, baseline }: Gathering,
): Promise<GateRun> {
  const { root } = collector.options
  let isOver = false
  const all = async () => {
    for (const file of files) {
      if (isOver) return undefined
      const path = sources.get(file)
      const source = path === undefined ? undefined : { path }
      await collector.add({ name: reportPath(file, root), file, source, inPlace: true })
    }
    return collector.finish({ baseline })
  }
  let failure: unknown
  let result: GateResult | undefined
  try {
    result = await stop.orStop(Promise.race([all(), failed]))
  } catch (error) {
    failure = error
  } finally {
    isOver = true
    bar.end()
  }
  result ??= await collector.finish({ partial: true })
  // There is no such engine, say: nothing was begun that there could be a report of.
  if (isMisuse(failure) && result.report.images.length === 0) throw failure
  return { result, failure, stopped: stop.exitCode }
}

function deferredFailure(): { promise: Promise<never>; reject: (error: unknown) => void } {
  let reject: (error: unknown) => void = () => {}
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse
  })
  promise.catch(() => {})
  return { promise, reject }
}

/** One sentence for each image that says nothing of itself: the file gave no bytes, or the engine failed. */
export function faultsOf(images: readonly ReportImage[]): string[] {
  const isFault = ({ reason, sha256 }: ReportImage) =>
    reason === 'engine-failure' || (reason === 'unreadable' && sha256 === undefined)
  return images.filter(isFault).map(({ path, message }) => `${path}: ${message}`)
}

/** How far a run came that did not reach its end. */
export function stoppedAfter({ report }: GateResult, total: number): string {
  return `Stopped after ${report.summary.images} of ${plural(total, 'image')}.`
}
