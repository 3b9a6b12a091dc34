import type { CliProcess } from './cli-process.js'
import type { CreateScorer } from './create-scorer.js'

/** A flag of a command. The help is written from it. */
export interface Flag {
  type: 'string' | 'boolean'
  /** One letter. */
  short?: string
  /** How the help names the value. */
  value?: string
  text: string
}

/** The flags of a command, by long name. */
export type Flags = Record<string, Flag>

/** What was given for the flags. */
export type FlagValues = Record<string, string | boolean | undefined>

/** One flag as it was given. */
export interface GivenFlag {
  name: string
  value: string | boolean
}

/** What a command works with. */
export interface CommandContext {
  process: CliProcess
  paths: string[]
  flags: FlagValues
  /** In the order they were given in, also the same one twice. */
  given: readonly GivenFlag[]
  createScorer: CreateScorer
  /** Writes one sentence to stderr. Errors are said even with `--silent`. */
  say(sentence: string): Promise<void>
}

/** One command of `diqa`. */
export interface Command {
  name: string
  /** The arguments as the help shows them. */
  takes: string
  text: string
  flags: Flags
  examples: [command: string, meaning: string][]
  /** Resolves to the exit code. */
  run(context: CommandContext): Promise<number>
}
