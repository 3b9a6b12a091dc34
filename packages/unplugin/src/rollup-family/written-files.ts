import { readdir, stat } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'

/** A file in an output folder. */
export interface WrittenFile {
  /** Relative to the folder. */
  name: string
  /** Absolute. */
  file: string
}

const IGNORED = new Set(['node_modules', '.git'])

/** Lists an output folder. One that has the project itself in it is none: `dist.js` may be written beside `src`. */
export async function* writtenFiles(folder: string, root: string): AsyncGenerator<WrittenFile> {
  if (`${root}${sep}`.startsWith(folder.endsWith(sep) ? folder : `${folder}${sep}`)) return
  for await (const file of filesIn(folder)) yield { name: relative(folder, file), file }
}

/** When a file was written, in milliseconds: unlike the time of modification, no copy takes it from its source. */
export async function changeTime(file: string): Promise<number> {
  const found = await stat(file).catch(() => undefined)
  return found?.ctimeMs ?? 0
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => [])
  for (const entry of entries) {
    const path = join(folder, entry.name)
    if (entry.isFile()) yield path
    else if (entry.isDirectory() && !IGNORED.has(entry.name)) yield* filesIn(path)
  }
}
