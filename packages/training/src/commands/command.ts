import { UsageError } from '../usage-error.js'

/** The flags of a call as `parseArgs` gives them. */
export type Flags = Record<string, string | boolean | (string | boolean)[] | undefined>

export interface Call {
  flags: Flags
  paths: string[]
  print: (line: string) => void
  /** Aborted by SIGINT and SIGTERM. */
  signal: AbortSignal
}

/** One of `diqa-train`'s commands. */
export interface Command {
  does: string
  /** What its positional arguments are, by name. */
  paths: string[]
  flags: Record<string, { is: string; multiple?: boolean; boolean?: boolean }>
  /** @returns whether everything was done, rather than stopped by a signal */
  run(call: Call): Promise<boolean>
}

export function numberFlag(flags: Flags, name: string, otherwise: number, least = 0): number {
  const given = flags[name]
  if (given === undefined) return otherwise
  const number = Number(given)
  if (String(given).trim() !== '' && Number.isFinite(number) && number >= least) return number
  throw new UsageError(`Expected a number of at least ${least} for --${name} but received "${given}".`)
}

export function aboveZeroFlag(flags: Flags, name: string, otherwise: number): number {
  const number = numberFlag(flags, name, otherwise)
  if (number > 0) return number
  throw new UsageError(`Expected a number above 0 for --${name} but received "${flags[name]}".`)
}

export function belowOneFlag(flags: Flags, name: string, otherwise: number): number {
  const number = numberFlag(flags, name, otherwise)
  if (number < 1) return number
  throw new UsageError(`Expected 0 to less than 1 for --${name} but received "${flags[name]}".`)
}

export function wholeFlag(flags: Flags, name: string, otherwise: number, least = 0): number {
  const number = numberFlag(flags, name, otherwise, least)
  if (Number.isInteger(number)) return number
  throw new UsageError(`Expected a whole number for --${name} but received "${flags[name]}".`)
}

export function textFlag(flags: Flags, name: string): string {
  const given = flags[name]
  if (typeof given === 'string' && given !== '') return given
  throw new UsageError(`Expected a value for --${name} but there is none.`)
}

export function listFlag(flags: Flags, name: string): string[] {
  const given = flags[name]
  return Array.isArray(given) ? given.map(String) : []
}

/** `NAME=VALUE` flags as an object. */
export function pairsFlag(flags: Flags, name: string): Record<string, string> {
  return Object.fromEntries(
    listFlag(flags, name).map((pair) => {
      const at = pair.indexOf('=')
      if (at > 0 && at < pair.length - 1) return [pair.slice(0, at), pair.slice(at + 1)]
      throw new UsageError(`Expected NAME=VALUE for --${name} but received "${pair}".`)
    }),
  )
}
