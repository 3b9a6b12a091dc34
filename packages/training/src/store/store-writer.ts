import { createHash } from 'node:crypto'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { type FileHandle, open } from 'node:fs/promises'
import { join } from 'node:path'
import { lowBand, normalize, type Pixels, STATISTICS, statistics, survey } from '@diqa/core/model'
import { digestOf, STORE_VERSION, type StoredImage, type StoreHeader } from './store.js'

/** Writes a {@link Store}, image by image. */
export class StoreWriter {
  readonly #images: StoredImage[] = []
  readonly #statistics: Float32Array[] = []
  readonly #digests: string[] = []
  #offset = 0

  private constructor(
    readonly folder: string,
    readonly levels: FileHandle,
  ) {}

  /** What was added so far. */
  get images(): readonly StoredImage[] {
    return this.#images
  }

  static async create(folder: string): Promise<StoreWriter> {
    mkdirSync(folder, { recursive: true })
    // That of an earlier store would pass an unfinished one off as finished.
    rmSync(join(folder, 'store.json'), { force: true })
    return new StoreWriter(folder, await open(join(folder, 'levels.bin'), 'w'))
  }

  /** Adds an image, and says at which index. */
  async add(image: Omit<StoredImage, 'offset' | 'width' | 'height'>, pixels: Pixels): Promise<number> {
    const { width, height } = pixels
    const low = lowBand(pixels)
    const levels = new Int8Array(width * height)
    normalize(pixels, low, { x: 0, y: 0, width, height }, levels)
    const index = this.#images.length
    this.#images.push({ ...image, width, height, offset: this.#offset })
    this.#statistics.push(statistics(pixels, low, survey(pixels, low)))
    const bytes = createHash('sha256').update(pixels.data).digest('hex')
    this.#digests.push([image.name, bytes, image.quality ?? '', image.split].join('\t'))
    const at = this.#offset
    this.#offset += levels.length
    await this.levels.write(levels, 0, levels.length, at)
    return index
  }

  /** Also where the store is not finished; Node complains about files that are left open. */
  async close(): Promise<void> {
    await this.levels.close()
  }

  async finish(facts: Pick<StoreHeader, 'name' | 'truth' | 'scale'>): Promise<StoreHeader> {
    await this.close()
    const all = new Float32Array(this.#images.length * STATISTICS.length)
    for (const [i, row] of this.#statistics.entries()) all.set(row, i * STATISTICS.length)
    writeFileSync(join(this.folder, 'statistics.bin'), new Uint8Array(all.buffer))
    const header: StoreHeader = {
      version: STORE_VERSION,
      ...facts,
      statistics: STATISTICS,
      digest: digestOf(this.#digests),
      images: this.#images,
    }
    // Last, so that a folder without it is seen to be unfinished.
    writeFileSync(join(this.folder, 'store.json'), JSON.stringify(header))
    return header
  }
}
