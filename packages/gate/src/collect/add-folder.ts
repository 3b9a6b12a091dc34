import { readdir, readFile } from 'node:fs/promises'
import { join, relative } from 'node:path'
import type { Collector } from './collector.js'

/** How a folder is added. */
export interface AddFolderOptions {
  /** The folder is copied as it is, as a public folder: its files are sources, and are named so. @default false */
  isSource?: boolean | undefined
  scope?: string | undefined
  /** For each of its images. */
  note?: string | undefined
}

/** Adds the images and pages in a folder and the folders in it, by their paths relative to it. One that is missing is empty. */
export async function addFolder(
  collector: Pick<Collector, 'accepts' | 'add' | 'addPage'>,
  folder: string,
  { isSource = false, scope, note }: AddFolderOptions = {},
): Promise<void> {
  for (const file of await filesIn(folder)) {
    const name = relative(folder, file)
    const source = isSource ? { path: file } : undefined
    if (collector.accepts(name, source?.path)) await collector.add({ name, file, source, scope, note })
    else if (isPage(name)) await collector.addPage({ name, html: await readFile(file, 'utf8'), scope })
  }
}

/** Whether a file is a page by its name, for {@link Collector.addPage}. */
export function isPage(name: string): boolean {
  return /\.html?$/i.test(name)
}

async function filesIn(folder: string): Promise<string[]> {
  try {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true })
    return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name))
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}
