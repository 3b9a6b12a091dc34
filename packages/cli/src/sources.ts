import { stat } from 'node:fs/promises'
import { extname, relative, resolve } from 'node:path'
import { plural, type ResolvedOptions } from '@diqa/gate'
import { CliError } from './cli-error.js'
import type { CommandContext } from './command.js'
import { findImages } from './find-images.js'
import { placeBelow } from './linked-root.js'

/** What images were made of: the sources' paths by the images', all absolute. */
export type Sources = ReadonlyMap<string, string>

/** Images to compare with their sources, as far as those are there, and what a user should know of that. */
export interface FoundSources {
  sources: Sources
  /** One sentence each. */
  remarks: string[]
}

/**
 * Finds the sources that `--sources` speaks of: in that folder by the same path, else by the same path with another
 * extension where there is one such image.
 *
 * @param files absolute
 * @throws CliError for a folder that is none, or more than one folder to compare with it
 */
export async function findSources(
  files: readonly string[],
  { rules, root }: Pick<ResolvedOptions, 'rules' | 'root'>,
  { flags, paths, process }: Pick<CommandContext, 'flags' | 'paths' | 'process'>,
): Promise<FoundSources> {
  const isLimited = rules.some(({ maxDrop }) => maxDrop !== undefined)
  const { sources: given } = flags
  if (typeof given !== 'string') {
    return { sources: new Map(), remarks: isLimited ? ['"maxDrop" has no say without --sources FOLDER.'] : [] }
  }
  const cwd = process.cwd()
  const place = placeBelow(root)
  const folder = place(await folderAt(given, cwd))
  const output = place(await outputAt(paths, cwd))
  if (!isLimited)
    return { sources: new Map(), remarks: ['--sources has no say without "maxDrop" in a rule, or --max-drop.'] }
  const sources = pair(files, output, (await findImages([folder], cwd)).files, folder)
  const lone = files.length - sources.size
  const remarks =
    lone > 0 ? [`${plural(lone, 'image')} without a source in "${given}": "maxDrop" has no say there.`] : []
  return { sources, remarks }
}

async function folderAt(given: string, cwd: string): Promise<string> {
  if (await isFolder(resolve(cwd, given))) return resolve(cwd, given)
  throw new CliError(`Expected a folder for --sources but received "${given}", which is none.`)
}

async function outputAt([path, ...others]: readonly string[], cwd: string): Promise<string> {
  if (path !== undefined && others.length === 0 && (await isFolder(resolve(cwd, path)))) return resolve(cwd, path)
  const received = path === undefined ? 'none' : [path, ...others].map((one) => `"${one}"`).join(', ')
  throw new CliError(`Expected one folder to compare with --sources but received ${received}.`)
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  )
}

function pair(files: readonly string[], output: string, found: readonly string[], folder: string): Sources {
  const names = new Set(found.map((file) => relative(folder, file)))
  const byStem = new Map<string, string | undefined>()
  for (const name of names) byStem.set(stemOf(name), byStem.has(stemOf(name)) ? undefined : name)
  const sources = new Map<string, string>()
  for (const file of files) {
    const name = relative(output, file)
    const source = names.has(name) ? name : byStem.get(stemOf(name))
    if (source !== undefined) sources.set(file, resolve(folder, source))
  }
  return sources
}

function stemOf(name: string): string {
  return name.slice(0, name.length - extname(name).length)
}
