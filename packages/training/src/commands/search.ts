import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { drawChart, type Panel } from '../chart.js'
import { RunFolder } from '../run/run-folder.js'
import { drawSettings, rounds, type Settings } from '../trials/space.js'
import { scoreTrial } from '../trials/trial.js'
import { UsageError } from '../usage-error.js'
import { type Call, type Command, listFlag, wholeFlag } from './command.js'
import { readNote } from './trained.js'
import { stageFlags, TRIAL_FLAGS, type TrialPlan, trialPlan } from './trial-flags.js'

/** What a trial came to in a round. */
interface Result extends Settings {
  trial: number
  round: number
  steps: number
  /** Mean SRCC over the val splits; NaN where it came to nothing. */
  score: number
}

/** `search.json`: what was searched, and what was found so far. */
interface SearchNote {
  plan: TrialPlan & { trials: number; sides: number[] }
  results: Result[]
}

/** `diqa-train search`: a seeded random search with successive halving. */
export const search: Command = {
  does: 'Searches learning rate, patch side, batch, loss weights, alpha and p at random, with successive halving.',
  paths: ['folder'],
  flags: {
    ...TRIAL_FLAGS,
    steps: { is: 'steps of stage 2 in the last round; those before it are a third each' },
    'stage1-steps': { is: 'steps of stage 1 in the last round (default a third of --steps)' },
    trials: { is: 'settings to try in the first round (default 9)' },
    side: { is: "a patch's side to choose from (default 96, 112, 128 and 160)", multiple: true },
  },
  async run({ flags, paths, print, signal }: Call) {
    const plan = {
      ...trialPlan(flags),
      trials: wholeFlag(flags, 'trials', 9, 1),
      sides: sidesOf(listFlag(flags, 'side')),
    }
    const folder = RunFolder.create(paths[0]!)
    const { plan: began, results } = readSearch(folder, plan)
    if (JSON.stringify(began) !== JSON.stringify(plan)) {
      throw new UsageError(`Expected the flags that the search at ${folder.path} began with: choose another folder.`)
    }
    const schedule = rounds(plan.trials)
    print(`${plan.trials} trials, ${schedule.length} rounds, ${totalSteps(plan)} steps`)
    let trials = Array.from({ length: plan.trials }, (_, n) => n)
    for (const [round, { share }] of schedule.entries()) {
      for (const trial of trials) {
        if (results.some((result) => result.round === round && result.trial === trial)) continue
        const settings = drawSettings(plan.seed, trial, plan.sides)
        const path = join(folder.path, `round-${round + 1}`, `trial-${trial + 1}`)
        const { steps, ...stages } = stagesOf(plan, settings, share)
        const score = await scoreTrial({ folder: path, ...stages }, { print: () => {}, signal })
        if (score === undefined) return false
        const result = { trial, round, steps, score, ...settings }
        results.push(result)
        folder.writeJson('search.json', { plan, results } satisfies SearchNote)
        print(`round ${round + 1}, trial ${trial + 1}: SRCC ${result.score.toFixed(3)} after ${steps} steps`)
      }
      const next = schedule[round + 1]?.trials ?? 1
      trials = ranked(results.filter((result) => result.round === round))
        .slice(0, next)
        .map(({ trial }) => trial)
    }
    const markdown = tableOf(results)
    writeFileSync(folder.file('search.md'), markdown)
    writeFileSync(folder.file('search.csv'), csvOf(results))
    await drawChart(panelsOf(results), 'the search', folder.file('search.svg'))
    print(markdown.trimEnd())
    return true
  },
}

function readSearch(folder: RunFolder, plan: SearchNote['plan']): SearchNote {
  const { results, ...note } = readNote<SearchNote>(folder, 'search.json', { plan, results: [] })
  // JSON has no NaN: null.
  return { ...note, results: results.map((result) => ({ ...result, score: result.score ?? Number.NaN })) }
}

function sidesOf(given: readonly string[]): number[] {
  if (given.length === 0) return [96, 112, 128, 160]
  return given.map((text) => {
    const side = Number(text)
    if (Number.isInteger(side) && side > 0 && side % 8 === 0) return side
    throw new UsageError(`Expected a multiple of 8 for --side but received "${text}".`)
  })
}

function stagesOf(plan: TrialPlan, { batch, ...settings }: Settings, share: number) {
  const { pretrain, finetune } = stageFlags(plan, share, batch)
  const typed = Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]))
  const { rate, side, alpha, p, ...weights } = typed
  const both = { rate, side, alpha, p }
  return {
    steps: Number(finetune.steps),
    ...(pretrain && { pretrain: { ...pretrain, ...both } }),
    finetune: { ...finetune, ...both, ...weights },
  }
}

function totalSteps(plan: TrialPlan & { trials: number }): number {
  return rounds(plan.trials).reduce((sum, { trials, share }) => {
    const { pretrain, finetune } = stageFlags(plan, share)
    return sum + trials * (Number(pretrain?.steps ?? 0) + Number(finetune.steps))
  }, 0)
}

/** The best first; a trial that came to nothing last. */
function ranked(results: readonly Result[]): Result[] {
  const value = ({ score }: Result) => (Number.isFinite(score) ? score : Number.NEGATIVE_INFINITY)
  return [...results].sort((a, b) => value(b) - value(a) || a.trial - b.trial)
}

const COLUMNS = ['rate', 'side', 'batch', 'correlation', 'map', 'siblings', 'fault', 'alpha', 'p'] as const

/** Later rounds first: they trained longest. */
function inOrder(results: readonly Result[]): Result[] {
  const last = Math.max(...results.map(({ round }) => round))
  return Array.from({ length: last + 1 }, (_, i) => ranked(results.filter(({ round }) => round === last - i))).flat()
}

function tableOf(results: readonly Result[]): string {
  const lines = inOrder(results).map(({ round, trial, steps, score, ...settings }) => {
    const cells = [round + 1, trial + 1, steps, score.toFixed(3), ...COLUMNS.map((name) => settings[name])]
    return `| ${cells.join(' | ')} |`
  })
  const names = ['round', 'trial', 'steps', 'SRCC', ...COLUMNS]
  return [`| ${names.join(' | ')} |`, `|${names.map(() => '---').join('|')}|`, ...lines, ''].join('\n')
}

function csvOf(results: readonly Result[]): string {
  const lines = inOrder(results).map(({ round, trial, steps, score, ...settings }) => {
    return [round + 1, trial + 1, steps, score, ...COLUMNS.map((name) => settings[name])].join(',')
  })
  return `${[['round', 'trial', 'steps', 'srcc', ...COLUMNS].join(','), ...lines].join('\n')}\n`
}

/** One panel for each setting, a colour for each round. */
function panelsOf(results: readonly Result[]): Panel[] {
  const numbers = [...new Set(results.map(({ round }) => round))].sort((a, b) => a - b)
  return COLUMNS.map((name) => ({
    title: `SRCC on val by ${name}`,
    x: { name, logarithmic: name !== 'p' && name !== 'side' },
    y: {},
    series: numbers.map((number) => ({
      name: `round ${number + 1}`,
      scattered: true,
      points: results
        .filter(({ round, score }) => round === number && Number.isFinite(score))
        .map((result) => [result[name], result.score]),
    })),
  }))
}
