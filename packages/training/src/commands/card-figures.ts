import { readFileSync } from 'node:fs'
import type { RunFolder } from '../run/run-folder.js'
import { UsageError } from '../usage-error.js'
import type { AblationNote } from './ablate.js'
import type { BudgetNote } from './budget.js'
import type { Flags } from './command.js'
import type { EvaluatedSet } from './evaluated-set.js'
import { figure, percent, percentWithin, within } from './figure.js'
import type { LadderNote } from './ladders.js'
import { readNote } from './trained.js'

/** Everything that was measured of a run; what was not is absent. */
export interface Measured {
  sets: EvaluatedSet[]
  budgets: BudgetNote[]
  ladders?: LadderNote
  ablation?: AblationNote
}

/** @throws UsageError when the ablation cannot be read */
export function readMeasured(run: RunFolder, ablation: Flags[string]): Measured {
  const ladders = readNote<LadderNote | undefined>(run, 'ladders.json', undefined)
  return {
    sets: readNote<EvaluatedSet[]>(run, 'evaluation.json', []),
    budgets: readNote<BudgetNote[]>(run, 'budget.json', []),
    ...(ladders && { ladders }),
    ...(typeof ablation === 'string' && { ablation: readAblation(ablation) }),
  }
}

function readAblation(file: string): AblationNote {
  try {
    return JSON.parse(readFileSync(file, 'utf8'))
  } catch (error) {
    throw new UsageError(`Expected an ablation.json at ${file} but could not read it (${(error as Error).message}).`)
  }
}

/** The card's part with the figures, as Markdown. */
export function cardFigures({ sets, budgets, ladders, ablation }: Measured): string {
  return [
    '## Figures',
    '',
    'SRCC and KRCC rank; PLCC and RMSE after a five-parameter logistic. In brackets, 95 % bootstrap intervals. The ridges are',
    'regressions on the statistics alone, fitted on the same train split, their penalty chosen on val: what the network must',
    'beat. "Above" is how much higher its SRCC is, over paired draws.',
    ...sets.flatMap(ofSet),
    ...(ladders ? ofLadders(ladders) : []),
    ...budgets.flatMap(ofBudget),
    ...(ablation ? ofAblation(ablation) : []),
    '',
  ].join('\n')
}

function ofSet({ data, split, maxPixels, network, others, faults }: EvaluatedSet): string[] {
  const all = [{ name: 'network', figures: network }, ...others]
  const rows = [{ name: 'network', figures: network, differences: undefined }, ...others].map(
    ({ name, figures: { overall }, differences }) => [
      name,
      within(overall.srcc, overall.intervals.srcc),
      within(overall.plcc, overall.intervals.plcc),
      within(overall.krcc, overall.intervals.krcc),
      figure(overall.rmse, 1),
      differences ? within(differences.srcc.value, differences.srcc) : '',
    ],
  )
  const parts = network.parts.map(({ name, images }, i) => [
    name,
    images,
    ...all.map(({ figures: { parts } }) => within(parts[i]!.srcc, parts[i]!.intervals.srcc)),
  ])
  const distortions = network.distortions.map(({ name, images, srcc, intervals, plcc, rmse }) => {
    return [name, images, within(srcc, intervals.srcc), figure(plcc, 3), figure(rmse, 1)]
  })
  const named = faults?.faults.map(({ name, images, top1, confusedWith }) => {
    return [name, images, percent(top1), confusedWith ?? '']
  })
  return [
    heading(`${data}, ${split}, ${network.overall.images} images, ${maxPixels} pixels of each`),
    ...markdown(['metric', 'SRCC', 'PLCC', 'KRCC', 'RMSE', 'network above'], rows),
    ...(parts.length > 0
      ? ['', ...markdown(['part', 'images', ...all.map(({ name }) => `SRCC, ${name}`)], parts)]
      : []),
    ...(distortions.length > 0 ? ['', ...markdown(['distortion', 'images', 'SRCC', 'PLCC', 'RMSE'], distortions)] : []),
    ...(faults && named
      ? [
          '',
          `Fault named right: ${percentWithin(faults.top1, faults.interval)} of ${faults.images} pictures with SSIMULACRA2 < 60.`,
          '',
          ...markdown(['fault', 'images', 'named right', 'else most often'], named),
        ]
      : []),
  ]
}

function ofLadders({ maxPixels, thresholds, figures }: LadderNote): string[] {
  const { photographs, graphics, order, judged, named, flagged } = figures
  return [
    heading(
      `Ladders of ${photographs} photographs and ${graphics} graphics never trained on, ${maxPixels} pixels of each`,
    ),
    ...markdown(
      ['within a picture', 'SRCC with the level', 'adjacent pairs out of order by more than 0.5'],
      order.map(({ kind, srcc, disordered }) => [
        kind,
        within(srcc.value, srcc, 4),
        percentWithin(disordered.value, disordered),
      ]),
    ),
    '',
    ...markdown(
      ['against SSIMULACRA2', 'pictures', 'SRCC', 'mean absolute difference'],
      judged.map(({ kind, rungs, srcc, difference }) => [
        kind,
        rungs,
        within(srcc.value, srcc),
        within(difference.value, difference, 1),
      ]),
    ),
    '',
    ...markdown(
      ['fault of pictures judged below 60', 'pictures', 'named right'],
      named.map(({ kind, rungs, top1 }) => [kind, rungs, percentWithin(top1.value, top1)]),
    ),
    '',
    ...markdown(
      ['flagged', 'pictures', 'skipped', `below ${thresholds.warn}`, `below ${thresholds.error}`],
      flagged.map(({ what, pictures, skipped, warned, failed }) => [
        what,
        pictures,
        skipped,
        percentWithin(warned.value, warned),
        percentWithin(failed.value, failed),
      ]),
    ),
  ]
}

function ofBudget({ data, split, images, rows }: BudgetNote): string[] {
  return [
    heading(`Tiles of 128 x 128 on ${data}, ${split}, ${images} images`),
    ...markdown(
      ['tiles', 'pixels looked at', 'SRCC', 'above the whole image'],
      rows.map(({ tiles, looked, srcc, difference }) => [
        tiles ?? 'whole',
        looked,
        within(srcc.value, srcc),
        within(difference.value, difference),
      ]),
    ),
  ]
}

function ofAblation({ stage1Steps, steps, variants }: AblationNote): string[] {
  const names = variants[0]?.sets.map(({ data, images }) => `SRCC on ${data}, val, ${images} images`) ?? []
  return [
    heading(`Without a part, ${stage1Steps} steps of stage 1 and ${steps} of stage 2`),
    ...markdown(
      ['variant', ...names],
      variants.map(({ name, sets }) => [name, ...sets.map(({ srcc }) => within(srcc.value, srcc))]),
    ),
  ]
}

function heading(text: string): string {
  return `\n### ${text}\n`
}

function markdown(names: readonly string[], rows: readonly (readonly (string | number)[])[]): string[] {
  if (rows.length === 0) return []
  const line = (cells: readonly (string | number)[]) => `| ${cells.join(' | ')} |`
  return [line(names), `|${names.map(() => '---').join('|')}|`, ...rows.map(line)]
}
