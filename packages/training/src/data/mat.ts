import { inflateSync } from 'node:zlib'
import { DataError } from './data-error.js'

/**
 * The variables of a MATLAB 5 MAT-file: numeric arrays in column-major order, text, and cell arrays of those.
 * Anything else (struct, sparse, object, function) is there as undefined.
 */
export type MatVariables = ReadonlyMap<string, MatValue>
export type MatValue = MatNumbers | MatText | MatCells | undefined
export interface MatNumbers {
  kind: 'numbers'
  numbers: number[]
}
export interface MatText {
  kind: 'text'
  text: string
}
export interface MatCells {
  kind: 'cells'
  cells: MatValue[]
}

// Data types (mi*) and array classes (mx*) of the format.
const COMPRESSED = 15
const MATRIX = 14
const CELL = 1
const CHAR = 4
const FIRST_NUMERIC = 6
const LAST_NUMERIC = 15

/**
 * Reads a level 5 MAT-file, compressed (`-v7`) or not (`-v6`), of either byte order.
 * Format: https://www.mathworks.com/help/pdf_doc/matlab/matfile_format.pdf
 *
 * @throws {DataError} for other levels (4, 7.3) and for damaged files. `file` is named in the message.
 */
export function readMat(bytes: Uint8Array, file: string): MatVariables {
  const view = viewOf(bytes)
  const mark = bytes.length < 128 ? '' : String.fromCharCode(view.getUint8(126), view.getUint8(127))
  const little = mark === 'IM'
  const version = little || mark === 'MI' ? view.getUint16(124, little) : 0
  if (version !== 0x0100) {
    // Version 7.3 is HDF5 behind the same header, and says so in its number only.
    const found = version === 0x0200 ? 'version 7.3 (save it again with -v7)' : 'other bytes'
    throw DataError.expected('a MATLAB 5 file', file, found)
  }
  try {
    const variables = new Map<string, MatValue>()
    for (const element of elements(bytes.subarray(128), little)) {
      const array = element.type === COMPRESSED ? first(inflateSync(element.data), little) : element
      if (array.type === MATRIX) {
        const { name, value } = readArray(array.data, little)
        variables.set(name, value)
      }
    }
    return variables
  } catch (error) {
    throw DataError.expected('a whole MATLAB 5 file', file, `a damaged one (${(error as Error).message})`)
  }
}

/** @throws {DataError} unless `name` is a numeric array. */
export function matNumbers(variables: MatVariables, name: string, file: string): number[] {
  const value = variables.get(name)
  if (value?.kind !== 'numbers') throw DataError.expected(`an array of numbers ${name}`, file, described(variables))
  return value.numbers
}

/** @throws {DataError} unless `name` is a cell array of texts. A cell that holds one cell is looked into. */
export function matTexts(variables: MatVariables, name: string, file: string): string[] {
  const value = variables.get(name)
  const texts = value?.kind === 'cells' ? value.cells.map(textOf) : [undefined]
  if (!texts.every((text) => text !== undefined)) {
    throw DataError.expected(`a cell array of texts ${name}`, file, described(variables))
  }
  return texts
}

function textOf(value: MatValue): string | undefined {
  if (value?.kind === 'cells' && value.cells.length === 1) return textOf(value.cells[0])
  return value?.kind === 'text' ? value.text : undefined
}

function described(variables: MatVariables): string {
  return [...variables].map(([name, value]) => `${name} (${value?.kind ?? 'other'})`).join(', ') || 'no variable'
}

interface Element {
  type: number
  data: Uint8Array
}

function* elements(bytes: Uint8Array, little: boolean): Generator<Element> {
  const view = viewOf(bytes)
  // What is left at the end and too short for a tag is padding.
  for (let at = 0; at + 8 <= bytes.length; ) {
    const tag = view.getUint32(at, little)
    // An element of at most four bytes sits in its own tag, and its length in the tag's upper half.
    const small = tag >>> 16
    const type = small ? tag & 0xffff : tag
    const length = small || view.getUint32(at + 4, little)
    const start = at + (small ? 4 : 8)
    if (start + length > bytes.length) throw new Error('it ends too early')
    yield { type, data: bytes.subarray(start, start + length) }
    // Compressed elements are the only ones that are not padded to eight bytes.
    at = small ? at + 8 : type === COMPRESSED ? start + length : Math.ceil((start + length) / 8) * 8
  }
}

function first(bytes: Uint8Array, little: boolean): Element {
  for (const element of elements(bytes, little)) return element
  throw new Error('an empty compressed part')
}

function readArray(bytes: Uint8Array, little: boolean): { name: string; value: MatValue } {
  const parts = [...elements(bytes, little)]
  // An empty array without flags stands for an empty cell.
  if (parts.length === 0) return { name: '', value: { kind: 'numbers', numbers: [] } }
  const kind = (decode(parts[0], little)[0] ?? 0) & 0xff
  const name = Buffer.from(parts[2]?.data ?? []).toString('utf8')
  return { name, value: contentsOf(kind, parts.slice(3), little) }
}

function contentsOf(kind: number, parts: Element[], little: boolean): MatValue {
  if (kind === CELL) return { kind: 'cells', cells: parts.map(({ data }) => readArray(data, little).value) }
  if (kind === CHAR) return { kind: 'text', text: textFrom(parts[0], little) }
  if (kind >= FIRST_NUMERIC && kind <= LAST_NUMERIC) return { kind: 'numbers', numbers: decode(parts[0], little) }
  return undefined
}

function textFrom(element: Element | undefined, little: boolean): string {
  if (element?.type === 16) return Buffer.from(element.data).toString('utf8')
  return String.fromCodePoint(...decode(element, little))
}

/** MATLAB stores numbers in the smallest type that holds them, whatever the array's class. */
const readers: Readonly<Record<number, [size: number, read: (view: DataView, at: number, little: boolean) => number]>> =
  {
    1: [1, (view, at) => view.getInt8(at)],
    2: [1, (view, at) => view.getUint8(at)],
    3: [2, (view, at, little) => view.getInt16(at, little)],
    4: [2, (view, at, little) => view.getUint16(at, little)],
    5: [4, (view, at, little) => view.getInt32(at, little)],
    6: [4, (view, at, little) => view.getUint32(at, little)],
    7: [4, (view, at, little) => view.getFloat32(at, little)],
    9: [8, (view, at, little) => view.getFloat64(at, little)],
    12: [8, (view, at, little) => Number(view.getBigInt64(at, little))],
    13: [8, (view, at, little) => Number(view.getBigUint64(at, little))],
    17: [2, (view, at, little) => view.getUint16(at, little)],
    18: [4, (view, at, little) => view.getUint32(at, little)],
  }

function decode(element: Element | undefined, little: boolean): number[] {
  if (!element) return []
  const reader = readers[element.type]
  if (!reader) throw new Error(`data of unknown type ${element.type}`)
  const [size, read] = reader
  const view = viewOf(element.data)
  return Array.from({ length: Math.floor(element.data.length / size) }, (_, i) => read(view, i * size, little))
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}
