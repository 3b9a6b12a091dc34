import type { Region } from '../model/normalize.js'
import { CELL, type Survey } from './survey.js'

/** Pixels along a side of a tile: large beside the 45 that one cell of the feature map sees. */
export const TILE = 128

/** Pixels up to which an image is looked at in one piece: at the network's 400 bytes for each, as much as memory allows. */
const LARGEST_PIECE = 2 ** 20

/**
 * Which pixels the network looks at: the whole image where the budget allows, else as many tiles as it pays for, at the
 * image's own scale. The image is parted into as many fields as there are tiles, and in each the tile with the highest
 * mean reliability is taken: flat places tell nothing of quality.
 *
 * Deterministic. Tiles lie on multiples of 16, so JPEG's blocks lie in every tile alike.
 *
 * @param maxPixels at least one tile is taken, however small the budget
 */
export function sampleRegions(width: number, height: number, survey: Survey, maxPixels: number): Region[] {
  const [wide, tall] = [width - (width % 4), height - (height % 4)]
  if (wide * tall <= Math.min(maxPixels, LARGEST_PIECE)) return [{ x: 0, y: 0, width: wide, height: tall }]
  const tile = { width: Math.min(TILE, wide), height: Math.min(TILE, tall) }
  const count = Math.max(1, Math.floor(Math.min(maxPixels, wide * tall) / (tile.width * tile.height)))
  const sums = summedArea(survey)
  return fields(width, height, count).map((field) => ({
    ...bestPlace(field, width, height, tile, survey, sums),
    ...tile,
  }))
}

interface Size {
  width: number
  height: number
}

/** Parts an area into fields of about the same shape: rows of them, some rows with one more than others. */
function fields(width: number, height: number, count: number): Region[] {
  const rows = Math.min(count, Math.max(1, Math.round(Math.sqrt((count * height) / width))))
  const parts: Region[] = []
  for (let row = 0; row < rows; row++) {
    const columns = Math.floor(((row + 1) * count) / rows) - Math.floor((row * count) / rows)
    for (let column = 0; column < columns; column++) {
      const x = Math.floor((column * width) / columns)
      const y = Math.floor((row * height) / rows)
      parts.push({
        x,
        y,
        width: Math.floor(((column + 1) * width) / columns) - x,
        height: Math.floor(((row + 1) * height) / rows) - y,
      })
    }
  }
  return parts
}

/** The most reliable place of a tile whose middle lies in the field; of equals, the one nearest to the field's middle. */
function bestPlace(field: Region, width: number, height: number, tile: Size, survey: Survey, sums: Float64Array) {
  const xs = starts(field.x, field.width, tile.width, width)
  const ys = starts(field.y, field.height, tile.height, height)
  let best = { x: xs[0]!, y: ys[0]!, reliability: -1, distance: 0 }
  for (const y of ys) {
    for (const x of xs) {
      const reliability = meanReliability(x, y, tile, survey, sums)
      const distance = Math.hypot(
        x + tile.width / 2 - (field.x + field.width / 2),
        y + tile.height / 2 - (field.y + field.height / 2),
      )
      const better = reliability > best.reliability || (reliability === best.reliability && distance < best.distance)
      if (better) best = { x, y, reliability, distance }
    }
  }
  return { x: best.x, y: best.y }
}

/** Where a tile can start along one side, in whole cells, if its middle is to lie in the field. */
function starts(field: number, length: number, tile: number, side: number): number[] {
  const last = side - tile
  const fits = (start: number) => start <= last && start + tile / 2 >= field && start + tile / 2 < field + length
  const all = Array.from({ length: Math.floor(last / CELL) + 1 }, (_, i) => i * CELL)
  const within = all.filter(fits)
  return within.length > 0 ? within : [field + length / 2 < side / 2 ? 0 : all.at(-1)!]
}

/** Sums over all cells above and to the left, shape `[rows + 1, columns + 1]`. */
function summedArea({ cells, columns, rows }: Survey): Float64Array {
  const sums = new Float64Array((columns + 1) * (rows + 1))
  for (let row = 0; row < rows; row++) {
    let line = 0
    for (let column = 0; column < columns; column++) {
      line += cells[row * columns + column]!
      sums[(row + 1) * (columns + 1) + column + 1] = sums[row * (columns + 1) + column + 1]! + line
    }
  }
  return sums
}

function meanReliability(x: number, y: number, tile: Size, { columns, rows }: Survey, sums: Float64Array): number {
  const [left, top] = [Math.min(columns, x / CELL), Math.min(rows, y / CELL)]
  const right = Math.min(columns, Math.floor((x + tile.width) / CELL))
  const bottom = Math.min(rows, Math.floor((y + tile.height) / CELL))
  const at = (column: number, row: number) => sums[row * (columns + 1) + column]!
  const area = (right - left) * (bottom - top)
  return area > 0 ? (at(right, bottom) - at(left, bottom) - at(right, top) + at(left, top)) / area : 0
}
