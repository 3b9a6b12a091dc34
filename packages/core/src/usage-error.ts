import { inspect } from 'node:util'

/** Misuse: a wrong option, an engine that was asked for and is not there, weights that are damaged. */
export class UsageError extends Error {
  override name = 'UsageError'
}

/** A value as messages show it: strings in quotes, and everything else on one line. */
export function shown(value: unknown): string {
  return typeof value === 'string'
    ? JSON.stringify(value)
    : inspect(value, { depth: 0, compact: true, breakLength: Number.POSITIVE_INFINITY })
}

/** What kind of thing a value is, for one that may be too large to show. */
export function kindOf(value: unknown): string {
  return Object.prototype.toString.call(value).slice('[object '.length, -1)
}
