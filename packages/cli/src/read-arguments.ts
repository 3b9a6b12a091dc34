import { parseArgs } from 'node:util'
import { nearestWord } from '@diqa/gate'
import { CliError } from './cli-error.js'
import type { Flags, FlagValues, GivenFlag } from './command.js'

/** The arguments of a command, sorted into flags and paths. */
export interface Arguments {
  /** Of the same flag the last one counts. */
  flags: FlagValues
  /** All flags as they came, for those that can be given more than once. */
  given: GivenFlag[]
  paths: string[]
}

/** Reads the arguments that follow the command's name. */
export function readArguments(args: string[], known: Flags, command: string): Arguments {
  const options = Object.fromEntries(
    Object.entries(known).map(([name, { type, short }]) => [name, { type, ...(short ? { short } : {}) }]),
  )
  // Not strict: Node's own messages know neither the command nor the nearest flag.
  const { tokens } = parseArgs({ args, options, strict: false, allowPositionals: true, tokens: true })
  const flags: FlagValues = {}
  const given: GivenFlag[] = []
  const paths: string[] = []
  for (const token of tokens) {
    if (token.kind === 'positional') paths.push(token.value)
    if (token.kind !== 'option') continue
    const flag = Object.hasOwn(known, token.name) ? known[token.name]! : unknownFlag(token.rawName, known, command)
    const name = token.name
    const part = flag.type === 'boolean' ? noValue(token) : value(token, flag.value)
    flags[name] = part
    given.push({ name, value: part })
  }
  return { flags, given, paths }
}

interface OptionToken {
  rawName: string
  value?: string | undefined
  inlineValue?: boolean | undefined
}

function noValue({ rawName, value }: OptionToken): true {
  if (value === undefined) return true
  throw new CliError(`Expected no value for ${rawName} but received "${value}".`)
}

function value({ rawName, value, inlineValue }: OptionToken, expected = 'VALUE'): string {
  if (value === undefined || value === '')
    throw new CliError(`Expected a value for ${rawName} (${rawName} ${expected}).`)
  // "--output --quiet": the value was forgotten. "--max-pixels -5" is for the flag itself to judge.
  if (!inlineValue && /^-\D/.test(value)) {
    throw new CliError(`Expected a value for ${rawName} (${rawName} ${expected}) but received the flag "${value}".`)
  }
  return value
}

function unknownFlag(rawName: string, known: Flags, command: string): never {
  const nearest = rawName.startsWith('--') ? nearestWord(rawName.slice(2), Object.keys(known)) : undefined
  const hint = nearest ? `did you mean --${nearest}?` : `"${command} --help" lists them.`
  throw new CliError(`Expected a flag of "${command}" but received "${rawName}"; ${hint}`)
}
