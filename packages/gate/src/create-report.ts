import type { Report, ReportEngine, ReportImage, ReportModel, ReportSummary, ReportTool } from './report.js'

/** What a report is made of. */
export interface ReportParts {
  tool: ReportTool
  model: ReportModel
  engine: ReportEngine
  images: Iterable<ReportImage>
  durationMs: number
  /** The run was stopped before it had seen every image. */
  partial?: boolean | undefined
}

/** Sorts and counts the images of a run. */
export function createReport({ tool, model, engine, images, durationMs, partial }: ReportParts): Report {
  const sorted = [...images].sort(byPath)
  return {
    schemaVersion: 1,
    tool: { name: tool.name, version: tool.version },
    model: { id: model.id, weights: model.weights },
    engine: {
      name: engine.name,
      device: engine.device,
      refused: engine.refused.map(({ name, reason }) => ({ name, reason })),
    },
    ...(partial ? { partial: true as const } : {}),
    summary: summarize(sorted, durationMs),
    images: sorted,
  }
}

function summarize(images: ReportImage[], durationMs: number): ReportSummary {
  const count = (test: (image: ReportImage) => boolean) => images.filter(test).length
  const passed = count(({ status }) => status === 'pass')
  const warnings = count(({ status }) => status === 'warn')
  const errors = count(({ status }) => status === 'error')
  return {
    images: images.length,
    scored: passed + warnings + errors,
    passed,
    warnings,
    errors,
    skipped: count(({ status }) => status === 'skip'),
    undecodable: count(({ status }) => status === 'undecodable'),
    cached: count(({ cached }) => cached === true),
    durationMs: Math.round(durationMs),
  }
}

// By code unit, not by locale: the same report on every machine.
function byPath(a: ReportImage, b: ReportImage): number {
  return a.path < b.path ? -1 : a.path > b.path ? 1 : 0
}
