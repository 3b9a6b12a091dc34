import type { Acceptance } from './baseline/accept.js'
import type { Exemption } from './config/options.js'
import type { ResolvedOptions } from './config/resolve-options.js'
import { formatVerdict, noImagesMessage } from './messages.js'
import type { PictureSource } from './pictures/pictures.js'
import { printable } from './printable-text.js'
import type { Report } from './report.js'
import { fold } from './verdict/fold.js'
import type { Verdict } from './verdict/verdict.js'

/** Something for the bundler to say. */
export interface GateMessage {
  /** A warning of the bundler's, or an error of its own that fails the build. */
  severity: 'warn' | 'error'
  /** One line, safe to print. */
  text: string
  /** The image: its source where that is known, relative to the root. Absent where it is about no image. */
  path?: string
  verdict?: Verdict
}

/** How many images came out how. */
export interface GateCounts {
  images: number
  scored: number
  passed: number
  warnings: number
  errors: number
  skipped: number
  undecodable: number
  exempt: number
  inlined: number
  cached: number
}

/** What {@link Collector.finish} gives. */
export interface GateResult {
  /** Version 1; every format is made from it. */
  report: Report
  /** Of every image, each name on its own. */
  verdicts: Verdict[]
  /** To be warned of; one of several variants speaks for all. The worst first. */
  warnings: Verdict[]
  /** To fail for; one of several variants speaks for all. The worst first. */
  errors: Verdict[]
  /** All there is to print: errors, then warnings, each a line; also for a build without images. */
  messages: GateMessage[]
  counts: GateCounts
  /** Those that no image of the build matches: they may be deleted, or have a typo. */
  unusedExemptions: readonly Exemption[]
  /** What the baseline made of it, where there is one. */
  baseline?: Omit<Acceptance, 'verdicts'>
  /** Whether the build is to fail. */
  failed: boolean
  /** For reports that show images. Absent where none does. */
  pictures?: PictureSource
}

/** What is known beside the verdicts: of the baseline, and of exemptions. */
export interface BuildFindings {
  acceptance?: Omit<Acceptance, 'verdicts'>
  /** Why the baseline could not be used: one sentence. */
  problem?: string
  /** Those that no image matches. */
  unusedExemptions?: readonly Exemption[]
}

/** Draws the conclusions from the verdicts, which were held against the baseline. */
export function gateResult(
  report: Report,
  verdicts: Verdict[],
  options: NoImagesOptions,
  { acceptance, problem, unusedExemptions = [] }: BuildFindings = {},
): GateResult {
  const folded = fold(verdicts)
  const messages = [...baselineMessages(problem), ...folded.map(messageOf), ...noImages(report, options)]
  const { durationMs: _, ...summary } = report.summary
  return {
    report,
    verdicts,
    warnings: folded.filter(({ severity }) => severity === 'warn'),
    errors: folded.filter(({ severity }) => severity === 'error'),
    messages,
    counts: {
      ...summary,
      exempt: report.images.filter(({ status }) => status === 'exempt').length,
      inlined: summary.inlined ?? 0,
    },
    unusedExemptions,
    ...(acceptance ? { baseline: acceptance } : {}),
    failed: messages.some(({ severity }) => severity === 'error'),
  }
}

function baselineMessages(problem: string | undefined): GateMessage[] {
  return problem === undefined ? [] : [{ severity: 'error', text: printable(problem) }]
}

function messageOf(verdict: Verdict): GateMessage {
  const severity = verdict.severity === 'error' ? 'error' : 'warn'
  return { severity, text: formatVerdict(verdict), path: verdict.path, verdict }
}

type NoImagesOptions = Pick<ResolvedOptions, 'onNoImages' | 'include'>

function noImages({ summary }: Report, options: NoImagesOptions): GateMessage[] {
  const { onNoImages } = options
  if (summary.images > 0 || summary.inlined || onNoImages === 'off') return []
  return [{ severity: onNoImages, text: noImagesMessage(options) }]
}
