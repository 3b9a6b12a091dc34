import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import type { ScoreResult, Scorer } from '@diqa/core'
import type { Report, ReportImage } from '../report.js'
import { heatMapOf, previewOf, thumbnailOf } from './encode.js'
import { PictureFiles, type PictureFolder } from './picture-files.js'
import type { Picture, Pictures } from './pictures.js'
import { WorstBytes } from './worst-bytes.js'

/** As many images get a preview and a heat map, of those that need a look; of others so few. */
const EXPLAINED = 24
const EXPLAINED_GOOD = 5
/** Encoded images in memory until it is known which are the worst. */
const BYTES_IN_MEMORY = 48 * 2 ** 20
/** A heat map takes many times as long as a score: after this no more are begun, and the next build goes on. */
const MILLISECONDS = 15_000
/** All pictures of a report: in base64 a third more. */
const BUDGET = 14_000_000
/** Files read or pictures made at a time. */
const AT_ONCE = 8

/** What pictures are made with. */
export interface PictureMakerOptions {
  /** What the report's paths are relative to; absolute. */
  root: string
  /** Where pictures are kept between builds. @default in memory */
  folder: PictureFolder | undefined
  limitInputPixels?: number | undefined
  /** What the heat maps depend on, beside the image; asked only once it is needed. */
  identity(): string
  /** @default heat maps are taken from the cache alone */
  openScorer?: (() => Promise<Pick<Scorer, 'explain'>>) | undefined
}

/** Makes the pictures that a report shows: thumbnails while bytes go by, the rest when the worst are known. */
export class PictureMaker {
  readonly #options: PictureMakerOptions
  readonly #files: PictureFiles
  readonly #worst = new WorstBytes(EXPLAINED, BYTES_IN_MEMORY)

  constructor(options: PictureMakerOptions) {
    this.#options = options
    this.#files = new PictureFiles(options.folder)
  }

  /**
   * Takes notice of an image that was scored.
   *
   * @param limit the score that it should have
   */
  async look(sha256: string, bytes: Uint8Array, result: ScoreResult, limit: number): Promise<void> {
    if (result.status === 'undecodable') return
    if (result.status === 'scored') this.#worst.add(sha256, bytes, result.score - limit)
    const name = thumbnailName(sha256)
    if (await this.#files.has(name)) return
    await this.#make(
      name,
      async () => bytes,
      (found) => thumbnailOf(found, this.#limit),
    )
  }

  /** The pictures for a report, the worst images' first, as far as they fit into its budget. */
  async pictures(report: Report): Promise<Pictures> {
    const images = report.images.filter(({ status, sha256 }) => sha256 && status !== 'undecodable').sort(worstFirst)
    const pictures = new Map<string, Picture>()
    let left = BUDGET
    const put = (sha256: string, key: keyof Picture, bytes: Uint8Array | undefined) => {
      if (!bytes || bytes.length > left) return
      left -= bytes.length
      pictures.set(sha256, { ...pictures.get(sha256), [key]: bytes })
    }

    const until = performance.now() + (report.partial ? 0 : MILLISECONDS)
    for (const image of explained(images)) {
      const { path, sha256 = '', source } = image
      const bytes = () => this.#bytes(sha256, path)
      put(sha256, 'preview', await this.#preview(sha256, bytes))
      put(sha256, 'heatMap', await this.#heatMap(sha256, bytes, until))
      const from = source?.sha256
      if (from) put(from, 'preview', await this.#preview(from, () => this.#bytes(from, path)))
    }
    const distinct = [...new Map(images.map((image) => [image.sha256!, image.path]))]
    for (let i = 0; i < distinct.length; i += AT_ONCE) {
      const some = distinct.slice(i, i + AT_ONCE)
      const thumbnails = await Promise.all(some.map(([sha256, path]) => this.#thumbnail(sha256, path)))
      some.forEach(([sha256], j) => {
        put(sha256, 'thumbnail', thumbnails[j])
      })
    }
    await this.#files.prune()
    return pictures
  }

  /** Nearly always there: {@link look} has made it. */
  async #thumbnail(sha256: string, path: string): Promise<Uint8Array | undefined> {
    const name = thumbnailName(sha256)
    const bytes = () => this.#bytes(sha256, path)
    return (await this.#files.get(name)) ?? this.#make(name, bytes, (found) => thumbnailOf(found, this.#limit))
  }

  async #preview(sha256: string, bytes: () => Promise<Uint8Array | undefined>): Promise<Uint8Array | undefined> {
    const name = `${sha256}-preview`
    return (await this.#files.get(name)) ?? this.#make(name, bytes, (found) => previewOf(found, this.#limit))
  }

  async #heatMap(
    sha256: string,
    bytes: () => Promise<Uint8Array | undefined>,
    until: number,
  ): Promise<Uint8Array | undefined> {
    const { identity, openScorer } = this.#options
    const name = `${sha256}-heat-${identity().slice(0, 16)}`
    const kept = await this.#files.get(name)
    if (kept || !openScorer || performance.now() >= until) return kept
    return this.#make(name, bytes, async (found) => {
      const explanation = await (await openScorer()).explain(found, { as: 'layer' })
      return explanation.status === 'explained' ? heatMapOf(explanation.png!) : undefined
    })
  }

  /** A picture that cannot be made is a picture less. */
  async #make(
    name: string,
    bytes: () => Promise<Uint8Array | undefined>,
    make: (bytes: Uint8Array) => Promise<Uint8Array | undefined>,
  ): Promise<Uint8Array | undefined> {
    try {
      const found = await bytes()
      const picture = found && (await make(found))
      if (picture) await this.#files.set(name, picture)
      return picture
    } catch {
      return undefined
    }
  }

  get #limit(): number | undefined {
    return this.#options.limitInputPixels
  }

  /** From memory, or from the file of that path if it is the very same. */
  async #bytes(sha256: string, path: string): Promise<Uint8Array | undefined> {
    const kept = this.#worst.get(sha256)
    if (kept) return kept
    const bytes = await readFile(resolve(this.#options.root, path)).catch(() => undefined)
    return bytes && createHash('sha256').update(bytes).digest('hex') === sha256 ? bytes : undefined
  }
}

const thumbnailName = (sha256: string) => `${sha256}-thumbnail`

/** The images whose errors are worth showing: those that need a look, or else the worst few. */
function explained(worst: ReportImage[]): ReportImage[] {
  const scored = worst.filter(({ score }) => score !== undefined)
  const needed = scored.filter(({ status }) => status !== 'pass')
  return scored.slice(0, Math.min(EXPLAINED, Math.max(EXPLAINED_GOOD, needed.length)))
}

const RANK: Partial<Record<ReportImage['status'], number>> = { error: 0, warn: 1 }

function worstFirst(a: ReportImage, b: ReportImage): number {
  return (RANK[a.status] ?? 2) - (RANK[b.status] ?? 2) || (a.score ?? 101) - (b.score ?? 101)
}
