import fs from 'node:fs'
import { stat } from 'node:fs/promises'
import { extname, relative, resolve, sep } from 'node:path'
import { glob, isDynamicPattern } from 'tinyglobby'

/** The extensions that a folder is searched for. A file that is named is scored whatever its extension. */
export const IMAGE_EXTENSIONS = ['jpg', 'jpeg', 'png', 'webp', 'avif', 'gif', 'tif', 'tiff'] as const

const IMAGES = `**/*.{${IMAGE_EXTENSIONS.join(',')}}`
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

/** Looks up files, folders and globs. What exists literally is never read as a glob. */
export async function findImages(paths: string[], cwd: string): Promise<FoundImages> {
  const files = new Set<string>()
  const missing: string[] = []
  const unmatched: string[] = []
  const locked: Locked = new Map()
  for (const path of paths) {
    const kind = await kindOf(resolve(cwd, path))
    if (kind === 'file') {
      files.add(resolve(cwd, path))
    } else if (kind === 'folder') {
      const found = await imagesIn(resolve(cwd, path), locked)
      if (found.length === 0) unmatched.push(noneInFolder(path))
      for (const file of found) files.add(file)
    } else if (kind === 'missing' && isDynamicPattern(asGlob(path))) {
      const found = await matchesOf(path, cwd, locked)
      if (found.length === 0) unmatched.push(`Expected images for the glob "${path}" but it matches none.`)
      for (const file of found) files.add(file)
    } else if (kind === 'missing') {
      missing.push(`Expected a file, a folder or a glob but received "${path}", which does not exist.`)
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

async function kindOf(path: string): Promise<'file' | 'folder' | 'missing' | { code: string }> {
  try {
    return (await stat(path)).isDirectory() ? 'folder' : 'file'
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    // A glob may be no valid name at all: "**" on Windows, or longer than a name can be.
    return ['ENOENT', 'ENOTDIR', 'EINVAL', 'ENAMETOOLONG'].includes(code) ? 'missing' : { code }
  }
}

function imagesIn(folder: string, locked: Locked): Promise<string[]> {
  return search(IMAGES, folder, locked, { caseSensitiveMatch: false })
}

/** What it comes to where a shell expands it: files by their names, folders with the images in them. */
async function matchesOf(path: string, cwd: string, locked: Locked): Promise<string[]> {
  const { folder, pattern } = await splitGlob(path, cwd)
  const named = await search(pattern, folder, locked)
  const inside = await search(`${pattern}/**`, folder, locked)
  // "*.heic" asks for just that; "assets/*" asks for the images among what it matches.
  return namesExtension(pattern) ? [...named, ...inside.filter(isImage)] : [...named, ...inside].filter(isImage)
}

/** The folders that a glob begins with, as far as they exist literally: "app/(shop)/[id]/*.png" has three. */
async function splitGlob(path: string, cwd: string): Promise<{ folder: string; pattern: string }> {
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

async function search(
  pattern: string,
  cwd: string,
  locked: Locked,
  options: { caseSensitiveMatch?: boolean } = {},
): Promise<string[]> {
  const found = await glob(pattern, {
    cwd,
    absolute: true,
    dot: true,
    expandDirectories: false,
    ignore: IGNORED,
    fs: { readdir: watched(locked) },
    ...options,
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

function isImage(file: string): boolean {
  const extension = extname(file).slice(1).toLowerCase()
  return (IMAGE_EXTENSIONS as readonly string[]).includes(extension)
}

function asGlob(path: string): string {
  return sep === '\\' ? path.replaceAll('\\', '/') : path
}

function namesExtension(pattern: string): boolean {
  return /\.[^*./][^/]*$/.test(pattern)
}

function noneInFolder(path: string): string {
  return `Expected images in the folder "${path}" but found none (${IMAGE_EXTENSIONS.join(', ')}).`
}
