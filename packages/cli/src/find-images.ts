import fs from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, relative, resolve, sep } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'

/** The extensions that a folder is searched for. A file that is named is scored whatever its extension. */
export const IMAGE_EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'gif', 'tif', 'tiff'] as const

const IGNORED = ['**/node_modules/**', '**/.git/**']

/** What was found, and one sentence for everything that was named and not found. */
export interface FoundImages {
  /** Absolute, each once, sorted. */
  files: string[]
  /** Paths that do not exist, and folders that cannot be looked into. */
  missing: string[]
  /** Folders and globs without an image. */
  unmatched: string[]
}

/** What is looked for in folders and globs. */
export interface Search {
  /** Of an absolute path. */
  wants(file: string): boolean
  /** How a sentence describes it. */
  described: string
}

const BY_EXTENSION: Search = { wants: isImage, described: `(${IMAGE_EXTENSIONS.join(', ')})` }

/** Looks up files, folders and globs. What exists literally is never read as a glob. */
export async function findImages(paths: string[], cwd: string, search: Search = BY_EXTENSION): Promise<FoundImages> {
  const files = new Set<string>()
  const missing: string[] = []
  const unmatched: string[] = []
  const locked: Locked = new Map()
  for (const path of paths) {
    const kind = await kindOf(resolve(cwd, path))
    if (kind === 'file') {
      files.add(resolve(cwd, path))
    } else if (kind === 'folder') {
      const found = await imagesIn(resolve(cwd, path), locked, search)
      if (found.length === 0) {
        unmatched.push(`Expected images in the folder "${path}" but found none ${search.described}.`)
      }
      for (const file of found) files.add(file)
    } else if (kind === 'missing' && isDynamicPattern(asGlob(path))) {
      const found = await matchesOf(path, cwd, locked, search)
      if (found.length === 0) unmatched.push(`Expected images for the glob "${path}" but it matches none.`)
      for (const file of found) files.add(file)
    } else if (kind === 'missing') {
      missing.push(`Expected a file, a folder or a glob but received "${path}", which does not exist.`)
    } else if (kind === 'other') {
      missing.push(`Expected a file or a folder but "${path}" is neither.`)
    } else {
      missing.push(`Expected a file or a folder but "${path}" could not be looked at (${kind.code}).`)
    }
  }
  for (const [folder, code] of locked) {
    const shown = relative(cwd, folder) || '.'
    missing.push(`Expected to look into the folder "${shown}" but that failed (${code}).`)
  }
  return { files: [...files].sort(), missing, unmatched }
}

/** A pipe or a device is something else: what is read from it may never end, or never begin. */
async function kindOf(path: string): Promise<'file' | 'folder' | 'other' | 'missing' | { code: string }> {
  try {
    const found = await stat(path)
    if (found.isDirectory()) return 'folder'
    return found.isFile() ? 'file' : 'other'
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    // A glob may be no valid name at all: "**" on Windows, or longer than a name can be.
    return ['ENOENT', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG'].includes(code) ? 'missing' : { code }
  }
}

async function imagesIn(folder: string, locked: Locked, { wants }: Search): Promise<string[]> {
  return (await filesOf('**/*', folder, locked)).filter(wants)
}

/** What it comes to where a shell expands it: files by their names, folders with the images in them. */
async function matchesOf(path: string, cwd: string, locked: Locked, { wants }: Search): Promise<string[]> {
  const { folder, pattern } = await splitGlob(path, cwd)
  const named = await filesOf(pattern, folder, locked)
  const inside = await filesOf(`${pattern}/**/*`, folder, locked)
  // "*.heic" asks for just that; "assets/*" asks for the images among what it matches.
  return namesExtension(pattern) ? [...named, ...inside.filter(wants)] : [...named, ...inside].filter(wants)
}

/** The folders that a glob begins with, as far as they exist literally: "app/(shop)/[id]/*.png" has three. */
export async function splitGlob(path: string, cwd: string): Promise<{ folder: string; pattern: string }> {
  const parts = asGlob(path).replace(/\/+$/, '').split('/')
  let folder = cwd
  let literal = 0
  for (; literal < parts.length - 1; literal++) {
    const next = resolve(cwd, `${parts.slice(0, literal + 1).join('/')}/`)
    if ((await kindOf(next)) !== 'folder') break
    folder = next
  }
  return { folder, pattern: parts.slice(literal).join('/') }
}

async function filesOf(pattern: string, cwd: string, locked: Locked): Promise<string[]> {
  const found = await glob(pattern, {
    cwd,
    absolute: true,
    dot: true,
    expandDirectories: false,
    ignore: IGNORED,
    fs: { readdir: watched(locked) },
  })
  return found.map((file) => resolve(file))
}

/** Folders that could not be looked into, with the error's code. */
type Locked = Map<string, string>

/** tinyglobby passes over what it cannot look into; a folder of images must not go missing without a word. */
function watched(locked: Locked): typeof fs.readdir {
  type Done = (error: NodeJS.ErrnoException | null, entries: unknown) => void
  const readdir = (folder: string, options: object, done: Done) => {
    fs.readdir(folder, options, (error, entries) => {
      if (error && error.code !== 'ENOENT') locked.set(resolve(folder), error.code ?? error.message)
      done(error, entries)
    })
  }
  return readdir as unknown as typeof fs.readdir
}

/** By its name. */
export function isImage(file: string): boolean {
  const extension = extname(file).slice(1).toLowerCase()
  return (IMAGE_EXTENSIONS as readonly string[]).includes(extension)
}

function asGlob(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path
}

function namesExtension(pattern: string): boolean {
  return /\.[^*./][^/]*$/.test(pattern)
}

/** Looks up files that are all meant literally, as a list of files has them. */
export async function findFiles(paths: readonly string[], cwd: string): Promise<FoundImages> {
  const kinds = await Promise.all(paths.map((path) => kindOf(resolve(cwd, path))))
  const files = paths.filter((_, i) => kinds[i] === 'file').map((path) => resolve(cwd, path))
  const missing = paths.filter((_, i) => kinds[i] !== 'file')
  return {
    files: [...new Set(files)].sort(),
    missing: missing.map((path) => `Expected a file but the list has "${path}", which is none.`),
    unmatched: [],
  }
}
