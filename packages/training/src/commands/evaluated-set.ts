import type { Differences, Evaluation, FaultAccuracy, GroupFigures } from '../measure/index.js'
import { figure, within } from './figure.js'

/** Figures of a run on a split of a prepared set, as `evaluation.json` keeps them. */
export interface EvaluatedSet {
  data: string
  sha256: string
  split: string
  maxPixels: number
  network: Evaluation
  /** What else was measured on the same images. */
  others: Other[]
  /** How often the network names the right fault. */
  faults?: FaultAccuracy
}

/** A metric beside the network. */
export interface Other {
  name: string
  /** What a ridge's weights cost, as val chose it. */
  penalty?: number
  figures: Evaluation
  /** What the network's figures are above its own. */
  differences: Differences
}

/** A set's figures as a table for the terminal. */
export function table({ data, split, maxPixels, network, others, faults }: EvaluatedSet): string {
  const width = Math.max(24, ...others.map(({ name }) => `network - ${name}`.length))
  const cell = (...given: Parameters<typeof within>) => within(...given).padEnd(24)
  const row = (cells: string[]) => `${cells[0]!.padEnd(width)} ${cells.slice(1).join('  ')}`.trimEnd()
  const overall = (name: string, { overall }: Evaluation) =>
    row([
      name,
      String(overall.images).padStart(6),
      ...(['srcc', 'plcc', 'krcc'] as const).map((each) => cell(overall[each], overall.intervals[each])),
      figure(overall.rmse, 1).padStart(5),
    ])
  const group = (name: string, given: GroupFigures) =>
    row([
      name,
      String(given.images).padStart(6),
      cell(given.srcc, given.intervals.srcc),
      ...[given.plcc, given.krcc].map((value) => figure(value, 3).padEnd(24)),
      figure(given.rmse, 1).padStart(5),
    ])
  const parts = [{ name: 'network', figures: network }, ...others].flatMap(({ name, figures }) =>
    figures.parts.map((part) => group(`  ${part.name}, ${name}`, part)),
  )
  return [
    `${data}, ${split}, ${maxPixels} pixels an image`,
    row(['', 'images', ...['SRCC', 'PLCC', 'KRCC'].map((name) => name.padEnd(24)), ' RMSE']),
    overall('network', network),
    ...others.map(({ name, figures }) => overall(name, figures)),
    ...others.map(({ name, differences: { srcc, plcc, krcc } }) =>
      row([`network - ${name}`, ''.padStart(6), ...[srcc, plcc, krcc].map((each) => cell(each.value, each))]),
    ),
    ...parts,
    ...network.distortions.map((figures) => group(`  ${figures.name}`, figures)),
    ...(faults ? [`fault named right: ${within(faults.top1, faults.interval)} of ${faults.images}`] : []),
  ].join('\n')
}
