import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { types } from 'node:util'
import { kindOf, UsageError } from './usage-error.js'

/** What can be scored: bytes, or where they are. */
export type Input = Uint8Array | string | URL

/** Bytes, or why there are none. */
export async function readInput(input: Input): Promise<{ bytes: Uint8Array } | { message: string }> {
  // Not instanceof, which fails for bytes of another realm, as test runners make them. The view copies nothing.
  if (types.isUint8Array(input)) return { bytes: Buffer.from(input.buffer, input.byteOffset, input.byteLength) }
  if (typeof input !== 'string' && !(input instanceof URL)) {
    throw new UsageError(
      `Expected bytes, a path or a file URL for an image but received a value of type ${kindOf(input)}.`,
    )
  }
  try {
    return { bytes: await readFile(input) }
  } catch (error) {
    const { code = 'no code' } = error as NodeJS.ErrnoException
    return { message: `Expected a readable file at ${input} but ${REASONS[code] ?? `reading failed (${code})`}.` }
  }
}

/** What the codes of the commonest failures mean. */
const REASONS: Record<string, string> = {
  ENOENT: 'there is none',
  EISDIR: 'it is a folder',
  EACCES: 'it may not be read',
  EPERM: 'it may not be read',
  ERR_INVALID_URL_SCHEME: 'it is no file URL',
}

export function sha256(bytes: Uint8Array): string {
  return createHash('sha256').update(bytes).digest('hex')
}
