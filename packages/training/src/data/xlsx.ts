import { inflateRawSync } from 'node:zlib'
import { DataError } from './data-error.js'
import type { Row } from './table.js'

/**
 * The cells of one sheet of an Excel workbook as text, from column A and the first row that is there.
 * Only what a table of published scores needs: values as stored, no formats, dates or formulas.
 *
 * @throws {DataError} when the bytes are no workbook, or it has no such sheet. `file` is named in the message.
 */
export function readSheet(bytes: Uint8Array, sheet: string, file: string): Row[] {
  const parts = unzip(bytes, file)
  const part = (path: string): string => {
    const text = parts.get(path)
    if (text === undefined) throw DataError.expected('an Excel workbook', file, `one without ${path}`)
    return text
  }
  const sheets = new Map(tags(part('xl/workbook.xml'), 'sheet').map(({ at }) => [at('name'), at('r:id')]))
  const id = sheets.get(sheet)
  if (id === undefined) throw DataError.expected(`a sheet ${sheet}`, file, [...sheets.keys()].join(', ') || 'none')
  const relation = tags(part('xl/_rels/workbook.xml.rels'), 'Relationship').find(({ at }) => at('Id') === id)
  const target = relation?.at('Target') ?? ''
  const shared = parts.has('xl/sharedStrings.xml') ? tags(part('xl/sharedStrings.xml'), 'si').map(textIn) : []
  return tags(part(target.startsWith('/') ? target.slice(1) : `xl/${target}`), 'row').map((row) => {
    const cells: string[] = []
    for (const cell of tags(row.inner, 'c')) {
      const column = cell.at('r') === '' ? cells.length : columnOf(cell.at('r'))
      while (cells.length < column) cells.push('')
      cells[column] = cellText(cell, shared)
    }
    return cells
  })
}

function cellText(cell: Tag, shared: readonly string[]): string {
  if (cell.at('t') === 'inlineStr') return textIn(cell).trim()
  const value = decodeEntities(tags(cell.inner, 'v')[0]?.inner ?? '')
  return (cell.at('t') === 's' ? (shared[Number(value)] ?? '') : value).trim()
}

/** `C7` is in column 2. */
function columnOf(reference: string): number {
  let column = 0
  for (const letter of reference.replace(/\d+$/, '')) column = column * 26 + letter.charCodeAt(0) - 64
  return column - 1
}

interface Tag {
  at(attribute: string): string
  inner: string
}

/** Enough of XML for what spreadsheet programs write: elements that do not nest within their own kind. */
function tags(xml: string, name: string): Tag[] {
  const pattern = new RegExp(`<(?:\\w+:)?${name}(\\s[^>]*?)?(?:/>|>([\\s\\S]*?)</(?:\\w+:)?${name}>)`, 'g')
  return [...xml.matchAll(pattern)].map(([, attributes = '', inner = '']) => ({
    at: (attribute) => decodeEntities(new RegExp(`\\s${attribute}="([^"]*)"`).exec(attributes)?.[1] ?? ''),
    inner,
  }))
}

/** Phonetic readings (`rPh`) repeat the text in another script. */
function textIn({ inner }: Tag): string {
  const runs = tags(inner.replace(/<(\w+:)?rPh[\s\S]*?<\/(\w+:)?rPh>/g, ''), 't')
  return runs.map((run) => decodeEntities(run.inner)).join('')
}

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

function decodeEntities(text: string): string {
  return text.replace(/&(?:#x([\da-f]+)|#(\d+)|(\w+));/gi, (whole, hex?: string, decimal?: string, name?: string) => {
    if (hex) return String.fromCodePoint(Number.parseInt(hex, 16))
    if (decimal) return String.fromCodePoint(Number(decimal))
    return entities[name ?? ''] ?? whole
  })
}

/** The parts of a zip archive. Format: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT */
function unzip(bytes: Uint8Array, file: string): Map<string, string> {
  const buffer = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = buffer.lastIndexOf('PK\x05\x06', undefined, 'latin1')
  if (end < 0) throw DataError.expected('an Excel workbook', file, 'other bytes')
  const parts = new Map<string, string>()
  try {
    let at = buffer.readUInt32LE(end + 16)
    for (let left = buffer.readUInt16LE(end + 10); left > 0; left--) {
      const [method, size, start] = [
        buffer.readUInt16LE(at + 10),
        buffer.readUInt32LE(at + 20),
        buffer.readUInt32LE(at + 42),
      ]
      const nameEnd = at + 46 + buffer.readUInt16LE(at + 28)
      // The local header's name and extra field have their own lengths.
      const data = start + 30 + buffer.readUInt16LE(start + 26) + buffer.readUInt16LE(start + 28)
      const packed = buffer.subarray(data, data + size)
      parts.set(
        buffer.toString('utf8', at + 46, nameEnd),
        (method === 0 ? packed : inflateRawSync(packed)).toString('utf8'),
      )
      at = nameEnd + buffer.readUInt16LE(at + 30) + buffer.readUInt16LE(at + 32)
    }
  } catch (error) {
    throw DataError.expected('an Excel workbook', file, `a damaged archive (${(error as Error).message})`)
  }
  return parts
}
