import { CliError } from './cli-error.js'
import type { CliProcess } from './cli-process.js'

/** One part of a run. */
export interface ShardChoice {
  /** From 1. */
  index: number
  count: number
}

type Environment = CliProcess['env']

/** The variables of each scheduler; the first that has set both decides. */
const SCHEDULERS: ((env: Environment) => { index: number; count: number } | undefined)[] = [
  // GitLab "parallel" counts from 1; without it there is a total of 1 and no index.
  ({ CI_NODE_INDEX, CI_NODE_TOTAL }) =>
    shardOf(CI_NODE_INDEX ?? (CI_NODE_TOTAL === '1' ? '1' : undefined), CI_NODE_TOTAL, 1),
  ({ CIRCLE_NODE_INDEX, CIRCLE_NODE_TOTAL }) => shardOf(CIRCLE_NODE_INDEX, CIRCLE_NODE_TOTAL, 0),
  slurm,
  // A Kubernetes Indexed Job does not tell its number of completions: the user does.
  ({ JOB_COMPLETION_INDEX, DIQA_SHARDS }) => shardOf(JOB_COMPLETION_INDEX, DIQA_SHARDS, 0),
]

/** Reads `--shard i/n`, or for `auto` what the scheduler says. */
export function readShard(text: string, env: Environment): ShardChoice {
  if (text === 'auto') return scheduled(env)
  const [, index, count] = /^(\d{1,9})\/(\d{1,9})$/.exec(text) ?? []
  const shard = { index: Number(index), count: Number(count) }
  if (isPart(shard)) return shard
  throw new CliError(`Expected i/n with 1 <= i <= n, or auto, for --shard but received "${text}".`)
}

function scheduled(env: Environment): ShardChoice {
  for (const read of SCHEDULERS) {
    const shard = read(env)
    if (!shard) continue
    if (isPart(shard)) return shard
    throw new CliError(
      `Expected a part of a run from the scheduler for --shard auto but received ${shard.index} of ${shard.count}.`,
    )
  }
  if (env.JOB_COMPLETION_INDEX !== undefined) {
    throw new CliError(
      'Expected the number of completions in DIQA_SHARDS for --shard auto in a Kubernetes Indexed Job but it is not set.',
    )
  }
  throw new CliError(
    'Expected the variables of GitLab parallel, CircleCI, a Slurm array or a Kubernetes Indexed Job for --shard auto but found none; say --shard i/n.',
  )
}

function slurm(env: Environment): ShardChoice | undefined {
  const { SLURM_ARRAY_TASK_ID, SLURM_ARRAY_TASK_COUNT, SLURM_ARRAY_TASK_MIN = '0', SLURM_ARRAY_TASK_STEP = '1' } = env
  if (SLURM_ARRAY_TASK_ID === undefined || SLURM_ARRAY_TASK_COUNT === undefined) return undefined
  const steps = (Number(SLURM_ARRAY_TASK_ID) - Number(SLURM_ARRAY_TASK_MIN)) / Number(SLURM_ARRAY_TASK_STEP)
  return { index: steps + 1, count: Number(SLURM_ARRAY_TASK_COUNT) }
}

function shardOf(index: string | undefined, count: string | undefined, first: 0 | 1): ShardChoice | undefined {
  if (!index || !count) return undefined
  return { index: Number(index) - first + 1, count: Number(count) }
}

function isPart({ index, count }: ShardChoice): boolean {
  return Number.isInteger(index) && Number.isInteger(count) && index >= 1 && index <= count
}
