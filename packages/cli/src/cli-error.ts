/** Wrong use of the command line. The message is one sentence and needs no stack. */
export class CliError extends Error {
  override name = 'CliError'
}
