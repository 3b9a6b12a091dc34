import { readFile } from 'node:fs/promises'
import { crc32 } from 'node:zlib'

/** A result in a shard, as text: most are never looked at. */
export interface Entry {
  /** Of the last use, counted from 1970. */
  day: number
  /** The result as JSON. */
  json: string
}

// A CRC-32 of the rest, the image's digest, the day, the result. Many processes append to one file and any of them can
// die half way: a line stands for itself, and is believed only if it is whole.
const LINE = /^([0-9a-f]{8}) (([0-9a-f]{64}) (\d{1,7}) (\{.*\}))$/

/** One line of a shard, without its end. */
export function formatLine(sha256: string, { day, json }: Entry): string {
  const rest = `${sha256} ${day} ${json}`
  return `${checksum(rest)} ${rest}`
}

/** The entries of a shard, the last line of each counting, and how many lines were of no use. */
export function parseShard(text: string): { entries: Map<string, Entry>; useless: number } {
  const entries = new Map<string, Entry>()
  let lines = 0
  for (const line of text.split('\n')) {
    if (line === '') continue
    lines += 1
    const [, crc, rest, sha256, day, json] = LINE.exec(line) ?? []
    if (rest !== undefined && checksum(rest) === crc) entries.set(sha256!, { day: Number(day), json: json! })
  }
  return { entries, useless: lines - entries.size }
}

/** Reads a shard; one that is not there is empty. */
export async function readShard(file: string): Promise<ReturnType<typeof parseShard>> {
  try {
    return parseShard(await readFile(file, 'utf8'))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    return parseShard('')
  }
}

function checksum(text: string): string {
  return crc32(text).toString(16).padStart(8, '0')
}
