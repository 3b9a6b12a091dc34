import { label, type ScoreResult } from '@diqa/core'
import { createReport, type Report, type ReportImage, reportImage } from '../src/index.js'

const facts = { bytes: 34_120, sha256: 'ab'.repeat(32), format: 'jpeg', width: 1200, height: 800 }

export function scored(score: number, notes: string[] = []): ScoreResult {
  return { ...facts, status: 'scored', score, label: label(score), notes }
}

export const skipped: ScoreResult = {
  ...facts,
  status: 'skipped',
  reason: 'too-small',
  message: 'Expected at least 64 pixels a side but received 16 x 16',
}
export const truncated: ScoreResult = {
  bytes: 812,
  sha256: 'cd'.repeat(32),
  status: 'undecodable',
  reason: 'truncated',
  message: 'Expected a whole JPEG but it ends early',
}
export const unreadable: ScoreResult = {
  bytes: 0,
  sha256: '',
  status: 'undecodable',
  reason: 'unreadable',
  message: 'Expected a file that can be read',
}

export function reportOf(results: Record<string, ScoreResult>, extra: { partial?: boolean } = {}): Report {
  return reportFrom(
    Object.entries(results).map(([path, result]) => reportImage(path, result)),
    extra,
  )
}

export function reportFrom(images: ReportImage[], extra: { partial?: boolean } = {}): Report {
  return createReport({
    tool: { name: 'diqa', version: '0.1.0' },
    model: { id: 'diqa-1', weights: `sha256:${'0'.repeat(64)}` },
    engine: { name: 'wasm', device: 'cpu', refused: [{ name: 'onnx', reason: 'is not installed' }] },
    durationMs: 3210.4,
    images,
    ...extra,
  })
}
