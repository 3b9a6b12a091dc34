/** Wrong use of the command line. The message is one sentence and needs no stack. */
export class CliError extends Error {
  override name = 'CliError'
}

/** Whether it is the user's to mend. By name and not by class: what was misused may be another copy of the core than ours. */
export function isMisuse(error: unknown): error is Error {
  return error instanceof Error && (error.name === 'CliError' || error.name === 'UsageError')
}
