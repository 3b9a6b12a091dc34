import { mkdir, readdir, rm, rmdir, stat, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { replaceFile } from '../replace-file.js'
import { formatLine, readShard } from './shard-file.js'

/** How old may be what is kept. */
export interface Age {
  /** Days. */
  retention: number
  /** Days since 1970. */
  today: number
}

/**
 * Takes out of a cache what was not used for too long, what is damaged and what was written again, at most once a day.
 *
 * @param folder holds one folder of shards for each identity
 */
export async function pruneCache(folder: string, age: Age): Promise<void> {
  await mkdir(folder, { recursive: true })
  if (!(await isDue(join(folder, 'pruned'), age.today))) return
  const identities = await readdir(folder, { withFileTypes: true })
  for (const { name } of identities.filter((entry) => entry.isDirectory())) {
    await pruneIdentity(join(folder, name), age)
  }
}

/** Whether a day's work is still to be done. Says so in a file first: of several processes one does the work. */
export async function isDue(stamp: string, today: number): Promise<boolean> {
  const last = await stat(stamp).catch(() => undefined)
  if (last && Math.floor(last.mtimeMs / 86_400_000) >= today) return false
  await writeFile(stamp, '')
  return true
}

async function pruneIdentity(folder: string, age: Age): Promise<void> {
  for (const name of await readdir(folder)) {
    if (name.endsWith('.jsonl')) await pruneShard(join(folder, name), age)
    // What a process left that died while it wrote.
    else if (name.endsWith('.tmp')) await rm(join(folder, name), { force: true })
  }
  // Fails where something is left.
  await rmdir(folder).catch(() => {})
}

async function pruneShard(file: string, { retention, today }: Age): Promise<void> {
  const { entries, useless } = await readShard(file)
  const live = [...entries].filter(([, { day }]) => today - day <= retention)
  if (live.length === entries.size && useless === 0) return
  if (live.length === 0) return rm(file, { force: true })
  await replaceFile(file, `${live.map(([sha256, entry]) => formatLine(sha256, entry)).join('\n')}\n`)
}
