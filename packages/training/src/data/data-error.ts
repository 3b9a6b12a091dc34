/** Something in a data set is not as published or asked for. Its message is one sentence that a user can act on. */
export class DataError extends Error {
  override name = 'DataError'

  /**
   * @param expected what had to be there, e.g. `a score from 0 to 9`
   * @param purpose what it was for, e.g. `I01_01_1.bmp`
   * @param found what came instead, e.g. `12`
   */
  static expected(expected: string, purpose: string, found: string): DataError {
    return new DataError(`Expected ${expected} for ${purpose} but found ${found}`)
  }
}
