import type { Fault, Label, SkipReason, UndecodableReason } from '@diqa/core'

/** What the report says of an image: the verdict of the rules, or why there is none. */
export type ReportStatus = 'pass' | 'warn' | 'error' | 'skip' | 'undecodable' | 'exempt'

/** The rule that an image was held against. */
export interface ReportRule {
  /** The glob that chose the image. */
  files: string
  /** Below this score: a warning. */
  warn?: number
  /** Below this score: an error. */
  error?: number
  /** Limits on the points lost between source and output. */
  maxDrop?: { warn?: number; error?: number }
}

/** One image of a report. A field that does not apply is absent. */
export interface ReportImage {
  /** Relative to the root, with `/`. */
  path: string
  /** Where a bundler put it, relative to its output folder, with `/`. */
  output?: string
  /** Size of the file. */
  bytes?: number
  /** Hex digest of the file. */
  sha256?: string
  /** The codec: `jpeg`, `png`, `webp`, `avif`, … */
  format?: string
  /** Pixels, after EXIF orientation. */
  width?: number
  /** Pixels, after EXIF orientation. */
  height?: number
  status: ReportStatus
  /** 0 to 100, higher is better, one decimal. */
  score?: number
  /** The ITU-R BT.500 word for the score. */
  label?: Label
  /** What is most wrong with it. Absent where nothing stands out. */
  fault?: Fault
  rule?: ReportRule
  /** The source file, where the rule compares it with the output. */
  source?: { score: number; label: Label; sha256?: string }
  /** One sentence: what to do about a warning or an error. */
  advice?: string
  /** A code: why the image has no score, or why it is exempt. */
  reason?: SkipReason | UndecodableReason | (string & {})
  /** The reason as one sentence. */
  message?: string
  /** Sentences that a reader of the score should know. */
  notes?: string[]
  /** Whether the score came from the cache. */
  cached?: boolean
}

/** The counts of a report. `scored` is the sum of `passed`, `warnings` and `errors`. */
export interface ReportSummary {
  images: number
  scored: number
  passed: number
  warnings: number
  errors: number
  skipped: number
  undecodable: number
  cached: number
  /** Images inside scripts and styles that were not scored. Absent where there are none. */
  inlined?: number
  durationMs: number
}

/** The program that wrote a report. */
export interface ReportTool {
  name: string
  version: string
}

/** The network that gave the scores. */
export interface ReportModel {
  id: string
  /** `sha256:` and the hex digest of the weights. */
  weights: string
}

/** What ran the network, and what was passed over. `none` on `none` where every score came from the cache. */
export interface ReportEngine {
  name: string
  device: string
  /** The engines that were not taken, and why. */
  refused: readonly { readonly name: string; readonly reason: string }[]
}

/** The part of a run that a report is about, where many machines share the run. */
export interface ReportShard {
  /** From 1. */
  index: number
  count: number
  /** `sha256:` and a digest of all images of the run by path and content: it tells the runs that belong together. */
  library: string
  /** `sha256:` and a digest of all that decides a verdict besides the image: rules, exemptions, baseline, how it is scored. */
  settings: string
  /** Whether the gate failed for it. */
  failed: boolean
}

/** The report, version 1. Every other format is made from it; `report.schema.json` describes it. */
export interface Report {
  schemaVersion: 1
  tool: ReportTool
  model: ReportModel
  engine: ReportEngine
  /** Present where the run was stopped before it had seen every image. */
  partial?: true
  /** Present where the report is about one part of a run: "diqa merge" makes one report of all. */
  shard?: ReportShard
  summary: ReportSummary
  /** Sorted by path. */
  images: ReportImage[]
}
