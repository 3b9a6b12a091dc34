import type { Refused } from './image/decode.js'
import type { ImageFacts, Skipped, Undecodable } from './result.js'

/** The result for bytes that gave no pixels, or none to judge. */
export function unjudged(
  file: Pick<ImageFacts, 'bytes' | 'sha256'>,
  { shape, ...why }: Refused,
): Skipped | Undecodable {
  // The spread of a union is not a union to TypeScript.
  return { ...file, ...shape, ...why } as Skipped | Undecodable
}

/** The result for a file that could not be read. */
export function unreadable(message: string): Undecodable {
  return { status: 'undecodable', reason: 'unreadable', message }
}
