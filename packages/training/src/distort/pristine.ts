import { readFileSync } from 'node:fs'
import { stat } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { lowBand, type Pixels, STATISTICS, statistics, survey } from '@diqa/core/model'
import { parse } from 'csv-parse/sync'
import sharp from 'sharp'
import { glob } from 'tinyglobby'
import type { Split } from '../data/dataset.js'
import { random, shuffle } from '../random.js'
import { cropSquare } from './crop-square.js'

/** Where undistorted pictures come from, as a recipe lists it. */
export interface PristineSource {
  name: string
  /** The name of a `--root NAME=FOLDER` of the command line. */
  root: string
  /** Which files of the folder; default: every picture sharp reads, SVG too. */
  files?: string[]
  /** Instead: the train and val pictures of an opinion-scored set whose score is at least this. Their split is kept. */
  opinions?: { csv: string; atLeast: number }
  /**
   * Scaled down by a factor that is drawn between these two, with a kernel that is drawn too: it hides the picture's own
   * flaws, and pictures come in every sharpness. Default: left as they are.
   */
  shrink?: [from: number, to: number]
  /**
   * Instead: scaled down until the shorter side is this many squares long, drawn between the two. From 1 on, whole
   * pictures, framed as people frame them.
   */
  fit?: [from: number, to: number]
  /**
   * Squares whose neighbouring pixels of Î correlate more than this, −1 to 1, are passed over: a soft picture is no
   * measure of blur, which takes little from it, and calling it 100 would teach that blur is fine. Default: none are.
   */
  softest?: number
  /**
   * Squares a quarter of whose pixels of Î are within this many gray levels of 0, or more, are passed over: what is left is
   * busy all over, as foliage and gravel are. Default: none are.
   */
  calmest?: number
  /** How many pictures are taken, drawn by the seed. Default: all. */
  take?: number
  /** Squares cut from each picture. Default 1. */
  crops?: number
  /** Share of the squares that lose their colour, 0 to 1: a codec does less harm to what has none. Default 0. */
  gray?: number
  /** Who may use them: stated in the model card. */
  licence: string
}

/** What the web scales pictures down with. */
const KERNELS = ['lanczos3', 'cubic', 'mitchell'] as const

/** Squares that are tried before one without anything in it is taken. */
const TRIES = 8

/** An undistorted square. */
export interface PristinePicture {
  name: string
  /** The file it was cut from. */
  group: string
  split: Split
  pixels: Pixels
}

/**
 * Where a source's pictures lie.
 *
 * @param roots folders by the name of a source's root
 * @throws Error when there is no such folder
 */
export async function folderOf(
  { name, root }: PristineSource,
  roots: Readonly<Record<string, string>>,
): Promise<string> {
  const folder = Object.hasOwn(roots, root) ? roots[root] : undefined
  if (folder === undefined) {
    throw new Error(`Expected --root ${root}=FOLDER for the pristine source "${name}" but there is none.`)
  }
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return folder
  throw new Error(`Expected a folder for the pristine source "${name}" but found none at ${folder}.`)
}

/**
 * Cuts squares of `side` pixels from a source's pictures. Every tenth picture goes to val, unless its data set says.
 *
 * @throws Error when no picture of the folder is large enough
 */
export async function* pristinePictures(
  source: PristineSource,
  folder: string,
  side: number,
  seed: number,
): AsyncGenerator<PristinePicture> {
  const files = await glob(source.files ?? ['**/*.{png,jpg,jpeg,webp,avif,tif,tiff,svg}'], {
    cwd: folder,
    caseSensitiveMatch: false,
  })
  const splits = source.opinions && wellLiked(source.opinions)
  const rng = random(`${seed}/${source.name}`)
  let taken = 0
  for (const file of shuffle(files.sort(), rng)) {
    if (splits && !splits.has(basename(file).toLowerCase())) continue
    if (taken === source.take) return
    const [from, to] = source.fit ?? source.shrink ?? [1, 1]
    const amount = from + (to - from) * rng()
    const kernel = KERNELS[Math.floor(rng() * KERNELS.length)]!
    const scaling = { ...(source.fit ? { shorter: amount * side } : { shrink: amount }), kernel }
    const pixels = await open(join(folder, file), scaling, side)
    if (!pixels) continue
    const split = splits?.get(basename(file).toLowerCase()) ?? (taken % 10 === 9 ? 'val' : 'train')
    let cuts = 0
    for (let crop = 0; crop < (source.crops ?? 1); crop++) {
      const square = cut(pixels, side, rng)
      if (source.gray !== undefined && rng() < source.gray) loseColour(square)
      if (passedOver(square, source)) continue
      cuts++
      yield { name: `${source.name}/${file}#${crop}`, group: `${source.name}/${file}`, split, pixels: square }
    }
    if (cuts > 0) taken++
  }
  if (taken > 0) return
  throw new Error(
    `Expected pictures of at least ${side} x ${side} pixels for the pristine source "${source.name}" but found none in ${folder}.`,
  )
}

/** Splits by file name in lower case, which is how BIQ2021's own list disagrees with its disk. */
function wellLiked({ csv, atLeast }: NonNullable<PristineSource['opinions']>): Map<string, Split> {
  const rows: { image: string; mos: string; split: Split }[] = parse(readFileSync(csv), { columns: true })
  const liked = rows.filter(({ mos, split }) => split !== 'test' && Number(mos) >= atLeast)
  return new Map(liked.map(({ image, split }) => [image.toLowerCase(), split]))
}

/** @returns undefined where the picture is too small for a square, or does not decode */
async function open(
  path: string,
  { shrink = 1, shorter, kernel }: { shrink?: number; shorter?: number; kernel: (typeof KERNELS)[number] },
  side: number,
): Promise<Pixels | undefined> {
  try {
    const svg = /\.svg$/i.test(path)
    const metadata = await sharp(path).metadata()
    const [width, height] = [metadata.autoOrient.width, metadata.autoOrient.height]
    // Drawings have no scale of their own: they fill the square.
    const wanted = svg ? 1.2 * side : shorter
    const scale = wanted ? wanted / Math.min(width, height) : 1 / shrink
    if (!svg && scale > 1) return undefined
    if (Math.round(Math.min(width, height) * scale) < side || Math.max(width, height) * scale > 8192) return undefined
    const image = sharp(path, { autoOrient: true, ...(svg && { density: Math.min(2400, 72 * Math.max(1, scale)) }) })
    const { data, info } = await image
      .resize(Math.round(width * scale), Math.round(height * scale), { fit: 'fill', kernel })
      .flatten({ background: '#fff' })
      .toColourspace('srgb')
      .raw()
      .toBuffer({ resolveWithObject: true })
    return {
      data: new Uint8Array(data.buffer, data.byteOffset, data.length),
      width: info.width,
      height: info.height,
      channels: 3,
    }
  } catch {
    return undefined
  }
}

/** Whether a square is too soft, or too calm, for its source. 0.4 to 0.6 is how soft sharp photographs are. */
function passedOver(picture: Pixels, { softest, calmest }: PristineSource): boolean {
  if (softest === undefined && calmest === undefined) return false
  const low = lowBand(picture)
  const found = statistics(picture, low, survey(picture, low))
  const of = (name: (typeof STATISTICS)[number]) => found[STATISTICS.indexOf(name)]!
  const softness = (of('acrossCorrelation') + of('downCorrelation')) / 2
  const calm = Math.exp(of('high25')) - 0.5
  return (softest !== undefined && softness > softest) || (calmest !== undefined && calm < calmest)
}

/** Every channel becomes the luma, of BT.601. */
function loseColour({ data }: Pixels): void {
  for (let i = 0; i < data.length; i += 3) {
    data.fill(Math.round(0.299 * data[i]! + 0.587 * data[i + 1]! + 0.114 * data[i + 2]!), i, i + 3)
  }
}

/** Pages and drawings have empty places, where no distortion shows. */
function cut(picture: Pixels, side: number, rng: () => number): Pixels {
  const draw = () => {
    const x = Math.floor(rng() * (picture.width - side + 1))
    const y = Math.floor(rng() * (picture.height - side + 1))
    return cropSquare(picture, x, y, side)
  }
  let square = draw()
  for (let i = 1; i < TRIES && isEmpty(square); i++) square = draw()
  return square
}

/** Whether fewer than one pixel in fifty differs from its neighbour. */
function isEmpty({ data }: Pixels): boolean {
  let edges = 0
  for (let i = 4; i < data.length; i += 3) edges += Math.abs(data[i]! - data[i - 3]!) > 4 ? 1 : 0
  return edges * 3 < 0.02 * data.length
}
