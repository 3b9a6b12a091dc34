import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { DataError } from './data-error.js'

/**
 * The files of a data set, found whatever the case of their names: the published lists and the published files
 * disagree about it (TID2013's `I25.BMP`, BIQ2021's `ss02 (1014).JPG`), which only shows on case-sensitive disks.
 */
export class Tree {
  readonly #folders = new Map<string, Promise<Folder | undefined>>()

  constructor(
    readonly root: string,
    /** Named in messages. */
    readonly dataset: string,
  ) {}

  /** The path as it is on disk, relative to the root, with `/`; undefined where there is no such file or folder. */
  async find(path: string): Promise<string | undefined> {
    let found = ''
    for (const part of path.split(/[\\/]/)) {
      if (part === '' || part === '.') continue
      const folder = await this.#folder(found)
      const name = folder?.exact.has(part) ? part : folder?.lower.get(part.toLowerCase())
      if (name === undefined) return undefined
      found = found === '' ? name : `${found}/${name}`
    }
    return found
  }

  /** Finds the first of `paths` that is there. */
  async first(paths: readonly string[]): Promise<string | undefined> {
    for (const path of paths) {
      const found = await this.find(path)
      if (found !== undefined) return found
    }
    return undefined
  }

  /** @throws {DataError} when there is no such folder. An empty path is the root. */
  async folder(path: string): Promise<string> {
    const found = await this.find(path)
    if (found === '' || found === undefined || !(await this.#folder(found))) {
      if (await this.#folder('')) {
        if (found === '') return found
        throw DataError.expected(`the folder ${path}`, this.dataset, `none in ${this.root}`)
      }
      throw DataError.expected('a folder', this.dataset, `none at ${this.root}`)
    }
    return found
  }

  /** @throws {DataError} when there is no such file. */
  async file(path: string): Promise<string> {
    const found = await this.find(path)
    if (!found) throw DataError.expected(`the file ${path}`, this.dataset, `none in ${this.root}`)
    return found
  }

  /** @throws {DataError} when there is no such file. */
  async image(path: string): Promise<string> {
    const found = await this.find(path)
    if (!found) throw DataError.expected(`the image ${path}`, this.dataset, `no such file in ${this.root}`)
    return found
  }

  /** @throws {DataError} when there is no such file. */
  async bytes(path: string): Promise<Uint8Array> {
    return readFile(join(this.root, await this.file(path)))
  }

  /** @throws {DataError} when there is no such file. */
  async text(path: string): Promise<string> {
    return readFile(join(this.root, await this.file(path)), 'utf8')
  }

  #folder(path: string): Promise<Folder | undefined> {
    let folder = this.#folders.get(path)
    if (!folder) {
      folder = list(join(this.root, path))
      this.#folders.set(path, folder)
    }
    return folder
  }
}

interface Folder {
  exact: ReadonlySet<string>
  lower: ReadonlyMap<string, string>
}

async function list(path: string): Promise<Folder | undefined> {
  let names: string[]
  try {
    names = await readdir(path)
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw error
  }
  // Sorted, so that of two names that differ only in case the same one is taken on every disk.
  return { exact: new Set(names), lower: new Map(names.sort().map((name) => [name.toLowerCase(), name])) }
}
