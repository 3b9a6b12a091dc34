import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { UsageError } from './usage-error.js'

/** What can be scored: bytes, or where they are. */
export type Input = Uint8Array | string | URL

/** Bytes, or why there are none. */
export async function readInput(input: Input): Promise<{ bytes: Uint8Array } | { message: string }> {
  if (input instanceof Uint8Array) return { bytes: input }
  if (typeof input !== 'string' && !(input instanceof URL)) {
    throw new UsageError(`Expected bytes, a path or a file URL for an image but received ${typeof input}.`)
  }
  try {
    return { bytes: await readFile(input) }
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException
    const why = code === 'ENOENT' ? 'there is none' : code === 'EISDIR' ? 'it is a folder' : (code ?? message)
    return { message: `Expected a readable file at ${input} but ${why}.` }
  }
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
