import { byCodeUnit } from './code-unit-order.js'
import type { Report, ReportEngine, ReportImage, ReportModel, ReportSummary, ReportTool } from './report.js'

/** What a report is made of. */
export interface ReportParts {
  tool: ReportTool
  model: ReportModel
  engine: ReportEngine
  images: Iterable<ReportImage>
  durationMs: number
  /** How many images inside scripts and styles were not scored. */
  inlined?: number | undefined
  /** The run was stopped before it had seen every image. */
  partial?: boolean | undefined
}

/** Sorts and counts the images of a run. */
export function createReport({ tool, model, engine, images, durationMs, inlined, partial }: ReportParts): Report {
  const sorted = [...images].sort((a, b) => byCodeUnit(a.path, b.path) || byCodeUnit(a.output ?? '', b.output ?? ''))
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
    summary: summarize(sorted, durationMs, inlined),
    images: sorted,
  }
}

function summarize(images: ReportImage[], durationMs: number, inlined = 0): ReportSummary {
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
    ...(inlined > 0 ? { inlined } : {}),
    durationMs: Math.round(durationMs),
  }
}
