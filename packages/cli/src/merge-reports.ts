import { createReport, type Report, type ReportShard } from '@diqa/gate'
import { CliError } from './cli-error.js'

/** A report and the file it is from. */
export interface NamedReport {
  name: string
  report: Report
}

/** The report of one part of a run. */
interface Part extends NamedReport {
  shard: ReportShard
}

/** The report of a run in parts, and the parts that the gate failed for. */
export interface MergedReport {
  report: Report
  failed: number[]
  count: number
}

/**
 * Makes one report of all parts of a run: the one that the run would have given on one machine. Its duration is that of the
 * part that took longest.
 *
 * @throws CliError when the reports are not all parts of one run
 */
export function mergeReports(reports: readonly NamedReport[]): MergedReport {
  const parts = reports.map(partOf)
  const [first, ...others] = parts
  if (!first) throw new CliError('Expected reports of "diqa check --shard" to merge but received none.')
  for (const other of others) checkSameRun(first, other)
  const { count } = first.shard
  checkComplete(parts, count)

  const images = parts.flatMap(({ report }) => report.images)
  const { tool, model } = first.report
  const engine = engineOf(parts)
  const durationMs = Math.max(...parts.map(({ report }) => report.summary.durationMs))
  const failed = parts.filter(({ shard }) => shard.failed).map(({ shard }) => shard.index)
  return {
    report: createReport({ tool, model, engine, images, durationMs }),
    failed: failed.sort((a, b) => a - b),
    count,
  }
}

function partOf({ name, report }: NamedReport): Part {
  const { shard } = report
  if (!shard) throw new CliError(`Expected a report of "diqa check --shard" but "${name}" is of a whole run.`)
  if (!report.partial) return { name, report, shard }
  throw new CliError(
    `Expected a report of all its images but "${name}" is of a run that was stopped: run part ${shard.index} again.`,
  )
}

function checkSameRun(a: Part, b: Part): void {
  const differ = (what: string) => {
    throw new CliError(`Expected parts of one run but "${a.name}" and "${b.name}" ${what}.`)
  }
  if (a.shard.count !== b.shard.count) differ(`are of ${a.shard.count} and of ${b.shard.count} parts`)
  const toolOf = ({ report: { tool } }: Part) => `${tool.name} ${tool.version}`
  if (toolOf(a) !== toolOf(b)) differ(`are of ${toolOf(a)} and of ${toolOf(b)}`)
  const modelOf = ({ report: { model } }: Part) => `${model.id} ${model.weights}`
  if (modelOf(a) !== modelOf(b)) differ('have scores of different models')
  if (a.shard.settings !== b.shard.settings) differ('were made with different rules, baselines or settings')
  if (a.shard.library !== b.shard.library) differ('saw different images')
}

function checkComplete(parts: readonly Part[], count: number): void {
  const byIndex = new Map<number, Part>()
  for (const part of parts) {
    const { index } = part.shard
    const same = byIndex.get(index)
    if (same)
      throw new CliError(`Expected each part once but "${same.name}" and "${part.name}" are both part ${index}.`)
    byIndex.set(index, part)
  }
  const all = Array.from({ length: count }, (_, i) => i + 1)
  const missing = all.filter((index) => !byIndex.has(index))
  if (missing.length > 0) throw new CliError(`Expected ${count} parts but received none for ${missing.join(', ')}.`)
}

/** What ran the network, where it had to run. Engines of one precision agree; which one it was must not depend on luck. */
function engineOf(parts: readonly Part[]): Report['engine'] {
  const ran = parts.filter(({ report }) => report.engine.name !== 'none')
  const other = ran.find(({ report }) => report.engine.name !== ran[0]!.report.engine.name)
  if (other) {
    const [a, b] = [ran[0]!, other]
    throw new CliError(
      `Expected parts of one run but "${a.name}" was scored by ${a.report.engine.name} and "${b.name}" by ${b.report.engine.name}: say --engine for all.`,
    )
  }
  return (ran[0] ?? parts[0]!).report.engine
}
