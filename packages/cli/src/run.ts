import { nearestWord, printable } from '@diqa/gate'
import { CliError, isMisuse } from './cli-error.js'
import { type CliProcess, write } from './cli-process.js'
import type { Command, Flags } from './command.js'
import { baseline } from './commands/baseline.js'
import { check } from './commands/check.js'
import { doctor } from './commands/doctor.js'
import { explain } from './commands/explain.js'
import { merge } from './commands/merge.js'
import { score } from './commands/score.js'
import { type CreateScorer, createScorer as loadScorer } from './create-scorer.js'
import { commandHelp, programHelp } from './help-text.js'
import { readArguments } from './read-arguments.js'
import { toolVersion } from './tool-version.js'

/** What tests replace. */
export interface RunOptions {
  createScorer?: CreateScorer
}

const commands: Command[] = [check, score, baseline, explain, merge, doctor]
const helpFlag = { help: { type: 'boolean', short: 'h', text: 'show this' } } satisfies Flags
const programFlags = {
  ...helpFlag,
  version: { type: 'boolean', short: 'v', text: 'show the version' },
} satisfies Flags

/** The program `diqa`. Sets the exit code: 0 fine, 1 the gate failed, 2 wrong use or a fault of ours. */
export async function run(process: CliProcess, { createScorer = loadScorer }: RunOptions = {}): Promise<void> {
  // Whoever reads us may leave early ("diqa score . | head"): a failed write is heard of where it was made.
  const ignore = () => {}
  process.stdout.on('error', ignore)
  process.stderr.on('error', ignore)
  try {
    const exitCode = await dispatch(process, createScorer)
    process.exitCode = exitCode
    // Ended by a signal: whatever still runs is of no use to anyone.
    if (exitCode > 128) process.exit(exitCode)
  } catch (error) {
    process.exitCode = 2
    await say(process, sentenceOf(error, process.env))
  } finally {
    process.stdout.off('error', ignore)
    process.stderr.off('error', ignore)
  }
}

async function dispatch(process: CliProcess, createScorer: CreateScorer): Promise<number> {
  const [first, ...rest] = process.argv.slice(2)
  if (first === undefined) {
    await write(process.stderr, programHelp(commands, programFlags))
    return 2
  }
  if (first.startsWith('-')) return runProgram([first, ...rest], process)

  const command = commands.find(({ name }) => name === first)
  if (!command) throw unknownCommand(first)
  const known = { ...command.flags, ...programFlags }
  const { flags, given, paths } = readArguments(rest, known, `diqa ${command.name}`)
  if (flags.help) {
    await write(process.stdout, commandHelp({ ...command, flags: { ...command.flags, ...helpFlag } }))
    return 0
  }
  if (flags.version) return showVersion(process)
  return command.run({ process, paths, flags, given, createScorer, say: (sentence) => say(process, sentence) })
}

async function runProgram(args: string[], process: CliProcess): Promise<number> {
  const { flags } = readArguments(args, programFlags, 'diqa')
  if (flags.version && !flags.help) return showVersion(process)
  await write(process.stdout, programHelp(commands, programFlags))
  return 0
}

async function showVersion(process: CliProcess): Promise<number> {
  await write(process.stdout, `${toolVersion()}\n`)
  return 0
}

function unknownCommand(word: string): CliError {
  const names = commands.map(({ name }) => name)
  const nearest = nearestWord(word, names)
  const hint = nearest ? `did you mean "diqa ${nearest}"?` : `to score it, run "diqa score ${word}".`
  return new CliError(`Expected a command (${names.join(', ')}) but received "${word}"; ${hint}`)
}

function say(process: CliProcess, sentence: string): Promise<void> {
  return write(process.stderr, `diqa: ${sentence}\n`)
}

function sentenceOf(error: unknown, env: CliProcess['env']): string {
  const { message, stack } = error instanceof Error ? error : new Error(String(error))
  if (wantsStack(env) && stack) return stack
  return isMisuse(error) ? printable(message) : `${printable(message)} (a fault of diqa; set DEBUG=diqa for the stack)`
}

function wantsStack({ DIQA_DEBUG, DEBUG = '' }: CliProcess['env']): boolean {
  return Boolean(DIQA_DEBUG) || DEBUG.split(/[\s,]+/).some((name) => name === '*' || name === 'diqa')
}
