import type { Engine } from './engine/engine.js'
import { layerPng, mapPng, overlayPng } from './heat-map.js'
import { decode, inspect } from './image/decode.js'
import type { Pixels } from './image/pixels.js'
import { normalizeRegions } from './image/prepare.js'
import { type Input, readInput, sha256 } from './input.js'
import { FEATURE_SCALE } from './model/architecture.js'
import { lowBand } from './model/low-band.js'
import type { Region } from './model/normalize.js'
import type { Settings } from './options.js'
import type { PixelBudget } from './pixel-budget.js'
import type { ImageFacts, Skipped, Undecodable } from './result.js'
import { unjudged, unreadable } from './unjudged.js'
import { shown, UsageError } from './usage-error.js'

/** What {@link Explanation} holds beside the numbers. */
const FORMS = ['float32', 'png', 'layer', 'overlay'] as const

export interface ExplainOptions {
  /**
   * `float32`: the numbers only. `png`: the map in gray, quarter scale, white for the largest error. `layer`: the
   * map as heat, quarter scale, clear where the image is good. `overlay`: the image with that over it.
   * @default 'png'
   */
  as?: (typeof FORMS)[number] | undefined
}

/** Where a picture is predicted to be bad. */
export interface Explained extends ImageFacts {
  status: 'explained'
  /** Predicted |Î_reference − Î|^0.2, about 0 to 1, shape `[mapHeight, mapWidth]`, quarter scale. */
  map: Float32Array
  mapWidth: number
  mapHeight: number
  /** The picture that was asked for. */
  png?: Uint8Array
}

export type Explanation = Explained | Skipped | Undecodable

interface Parts {
  settings: Settings
  engine: Engine
  budget: PixelBudget
}

/** Pixels along a side of the pieces that the whole image is looked at in, and how far their edges cannot be trusted. */
const PIECE = 256
const MARGIN = 24

/** The predicted error map of a whole image: unlike a score, its cost grows with the image. */
export async function explain(input: Input, parts: Parts, { as = 'png' }: ExplainOptions = {}): Promise<Explanation> {
  if (!FORMS.includes(as)) {
    throw new UsageError(`Expected one of ${FORMS.join(', ')} for the form of a map but received ${shown(as)}.`)
  }
  const read = await readInput(input)
  if ('message' in read) return unreadable(read.message)
  const { bytes } = read
  const file = { bytes: bytes.length, sha256: sha256(bytes) }
  const header = await inspect(bytes, parts.settings)
  if (header.status !== 'inspected') return unjudged(file, header)
  const facts = { ...file, ...header.shape }
  return parts.budget.use(facts.width * facts.height, async () => {
    const decoded = await decode(bytes, header, parts.settings)
    if (decoded.status !== 'decoded') return unjudged(file, decoded)
    try {
      const map = await errorMapOf(decoded.pixels, parts.engine)
      const explained: Explained = { status: 'explained', ...facts, ...map }
      if (as === 'png') explained.png = await mapPng(map)
      if (as === 'layer') explained.png = await layerPng(map)
      if (as === 'overlay') explained.png = await overlayPng(map, decoded.pixels)
      return explained
    } catch (error) {
      return { status: 'undecodable', ...facts, reason: 'engine-failure', message: (error as Error).message }
    }
  })
}

async function errorMapOf(image: Pixels, engine: Engine): Promise<Pick<Explained, 'map' | 'mapWidth' | 'mapHeight'>> {
  const mapWidth = Math.floor(image.width / FEATURE_SCALE)
  const mapHeight = Math.floor(image.height / FEATURE_SCALE)
  const map = new Float32Array(mapWidth * mapHeight)
  const low = lowBand(image)
  const xs = pieces(mapWidth * FEATURE_SCALE)
  for (const row of pieces(mapHeight * FEATURE_SCALE)) {
    const regions = xs.map((column) => ({ x: column.at, y: row.at, width: column.length, height: row.length }))
    const { errorMaps } = await engine.run(normalizeRegions(image, low, regions), { errorMaps: true })
    regions.forEach((region, i) => {
      const size = (region.width * region.height) / FEATURE_SCALE ** 2
      paste(errorMaps!.subarray(i * size, (i + 1) * size), region, { from: xs[i]!.from, top: row.from }, map, mapWidth)
    })
  }
  return { map, mapWidth, mapHeight }
}

/** Equally long pieces that cover a side, and from where on each is to be trusted rather than the one before it. */
function pieces(side: number): { at: number; length: number; from: number }[] {
  if (side <= PIECE) return [{ at: 0, length: side, from: 0 }]
  const count = Math.ceil((side - 2 * MARGIN) / (PIECE - 2 * MARGIN))
  return Array.from({ length: count }, (_, i) => {
    const at = Math.min(i * (PIECE - 2 * MARGIN), side - PIECE)
    return { at, length: PIECE, from: i === 0 ? 0 : at + MARGIN }
  })
}

/** Copies the trusted part of a piece's map; what lies right and below of it, the next pieces overwrite. */
function paste(
  piece: Float32Array,
  region: Region,
  trusted: { from: number; top: number },
  map: Float32Array,
  mapWidth: number,
): void {
  const [width, height] = [region.width / FEATURE_SCALE, region.height / FEATURE_SCALE]
  const [left, top] = [(trusted.from - region.x) / FEATURE_SCALE, (trusted.top - region.y) / FEATURE_SCALE]
  for (let y = top; y < height; y++) {
    const to = (region.y / FEATURE_SCALE + y) * mapWidth + region.x / FEATURE_SCALE + left
    map.set(piece.subarray(y * width + left, (y + 1) * width), to)
  }
}
