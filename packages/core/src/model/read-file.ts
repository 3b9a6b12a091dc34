import { readFileSync } from 'node:fs'
import { UsageError } from '../usage-error.js'

/**
 * Reads a file of a model.
 *
 * @param what as the error names it
 * @throws UsageError when it cannot be read
 */
export function readModelFile(file: string, what: string): Buffer {
  try {
    return readFileSync(file)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    throw new UsageError(`Expected ${what} at ${file} but could not read it (${code}): install the package again.`)
  }
}
