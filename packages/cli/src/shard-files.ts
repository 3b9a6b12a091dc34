import { createHash } from 'node:crypto'
import { createReadStream } from 'node:fs'
import { pipeline } from 'node:stream/promises'
import { reportPath } from '@diqa/gate'
import type { ShardChoice } from './shard-choice.js'

/** Files read at a time. */
const READERS = 4

/** The files of one part of a run. */
export interface ShardFiles {
  files: string[]
  /** `sha256:` and a digest of all files of the run, by path and content. */
  library: string
}

/**
 * Deals files out by content: of all the different contents, in the order of their digests, each part takes every n-th.
 * So parts have the same number of contents, give or take one; copies go together and are scored once; and every machine
 * comes to the same result by itself.
 *
 * @param files absolute
 * @param root what the report's paths are relative to
 */
export async function shardFiles(
  files: readonly string[],
  { index, count }: ShardChoice,
  root: string,
): Promise<ShardFiles> {
  const digests = await digestsOf(files, root)
  const contents = [...new Set(digests)].sort()
  const own = new Set(contents.filter((_, i) => i % count === index - 1))
  const lines = files.map((file, i) => `${digests[i]} ${reportPath(file, root)}\0`).sort()
  const library = createHash('sha256').update(lines.join('')).digest('hex')
  return { files: files.filter((_, i) => own.has(digests[i]!)), library: `sha256:${library}` }
}

async function digestsOf(files: readonly string[], root: string): Promise<string[]> {
  const digests: string[] = []
  const queue = files.entries()
  const read = async () => {
    for (const [i, file] of queue) digests[i] = await digestOf(file, root)
  }
  await Promise.all(Array.from({ length: READERS }, read))
  return digests
}

async function digestOf(file: string, root: string): Promise<string> {
  const hash = createHash('sha256')
  try {
    await pipeline(createReadStream(file), hash)
    return hash.digest('hex')
  } catch {
    // It will be reported as unreadable, by one part.
    return createHash('sha256').update(reportPath(file, root)).digest('hex')
  }
}
