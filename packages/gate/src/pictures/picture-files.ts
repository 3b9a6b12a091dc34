import { mkdir, readdir, readFile, rm, stat, utimes } from 'node:fs/promises'
import { join } from 'node:path'
import { isDue } from '../cache/prune.js'
import { replaceFile } from '../replace-file.js'

/** Raised when pictures are made in another way. */
const VERSION = 'pictures-v1'
const DAY = 86_400_000

/** Where pictures are kept, and for how many days after their last use. */
export interface PictureFolder {
  /** The cache's folder; absolute. */
  directory: string
  retention: number
}

/** Pictures between builds, a file each; without a folder, in memory. What fails is as if it were not there. */
export class PictureFiles {
  readonly #folder: PictureFolder | undefined
  readonly #memory = new Map<string, Uint8Array>()
  readonly #today = Date.now()

  constructor(folder: PictureFolder | undefined) {
    this.#folder = folder
  }

  /** @param name begins with a digest */
  async get(name: string): Promise<Uint8Array | undefined> {
    if (!this.#folder) return this.#memory.get(name)
    const file = this.#file(this.#folder, name)
    try {
      const bytes = await readFile(file)
      await this.#touch(file, this.#folder)
      return bytes
    } catch {
      return undefined
    }
  }

  async has(name: string): Promise<boolean> {
    if (!this.#folder) return this.#memory.has(name)
    return stat(this.#file(this.#folder, name)).then(
      () => true,
      () => false,
    )
  }

  async set(name: string, bytes: Uint8Array): Promise<void> {
    if (!this.#folder) {
      this.#memory.set(name, bytes)
      return
    }
    const file = this.#file(this.#folder, name)
    try {
      await mkdir(join(file, '..'), { recursive: true })
      await replaceFile(file, bytes)
    } catch {
      // It is made anew next time.
    }
  }

  /** Removes what was not used for too long, at most once a day. */
  async prune(): Promise<void> {
    if (!this.#folder) return
    const { directory, retention } = this.#folder
    const top = join(directory, VERSION)
    try {
      if (!(await isDue(join(top, 'pruned'), Math.floor(this.#today / DAY)))) return
      const entries = await readdir(top, { recursive: true, withFileTypes: true })
      for (const entry of entries.filter((one) => one.isFile())) {
        const file = join(entry.parentPath, entry.name)
        if (this.#age((await stat(file)).mtimeMs) > retention) await rm(file, { force: true })
      }
    } catch {
      // Tomorrow, then.
    }
  }

  /** Not on every use, which would write as much as it reads. */
  async #touch(file: string, { retention }: PictureFolder): Promise<void> {
    try {
      const { mtimeMs } = await stat(file)
      if (this.#age(mtimeMs) > retention / 10) await utimes(file, new Date(), new Date())
    } catch {
      // A cache that cannot be written to has the picture all the same.
    }
  }

  #age(time: number): number {
    return (this.#today - time) / DAY
  }

  #file({ directory }: PictureFolder, name: string): string {
    return join(directory, VERSION, name.slice(0, 2), `${name}.webp`)
  }
}
