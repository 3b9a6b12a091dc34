/** Wrong use of the command line: its message is one sentence that the user can act on. */
export class UsageError extends Error {
  override name = 'UsageError'
}
