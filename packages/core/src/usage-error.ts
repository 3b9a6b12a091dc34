/** Misuse: a wrong option, an engine that was asked for and is not there, weights that are damaged. */
export class UsageError extends Error {
  override name = 'UsageError'
}
