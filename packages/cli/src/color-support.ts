import type { CliProcess, CliStream } from './cli-process.js'

/** Whether to colour what goes to the stream: `NO_COLOR`, then `FORCE_COLOR`, then whether it is a terminal. */
export function wantsColor(stream: CliStream, env: CliProcess['env']): boolean {
  if (env.NO_COLOR) return false
  if (env.FORCE_COLOR !== undefined) return env.FORCE_COLOR !== '0' && env.FORCE_COLOR !== 'false'
  return stream.isTTY === true && env.TERM !== 'dumb'
}

/** Whether a line on the stream can be drawn anew while a person watches. */
export function isInteractive(stream: CliStream, env: CliProcess['env']): boolean {
  return stream.isTTY === true && env.TERM !== 'dumb' && (!env.CI || env.CI === 'false' || env.CI === '0')
}
