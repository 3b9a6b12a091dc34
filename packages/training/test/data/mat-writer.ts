import { deflateSync } from 'node:zlib'

export interface MatOptions {
  /** Compressed, as MATLAB's own `-v7`. @default false */
  compressed?: boolean
  /** Numbers as MATLAB stores them where they are small integers. @default false: doubles */
  bytes?: boolean
}

/** A level 5 MAT-file, little-endian, of row vectors of numbers and row cell arrays of texts. */
export function writeMat(
  variables: Readonly<Record<string, readonly number[] | Float64Array | readonly string[]>>,
  { compressed = false, bytes = false }: MatOptions = {},
): Buffer {
  const header = Buffer.alloc(128, ' ')
  header.write('MATLAB 5.0 MAT-file, written by a test')
  header.writeUInt16LE(0x0100, 124)
  header.write('IM', 126)
  const matrices = Object.entries(variables).map(([name, values]) => {
    const written = isTexts(values) ? cells(name, values) : numbers(name, [...values], bytes)
    return compressed ? element(15, deflateSync(written), false) : written
  })
  return Buffer.concat([header, ...matrices])
}

/** An empty list is one of texts; no numbers at all are an empty Float64Array. */
function isTexts(values: ArrayLike<unknown>): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string')
}

function numbers(name: string, values: readonly number[], bytes: boolean): Buffer {
  const data = bytes ? element(2, Buffer.from(values)) : element(9, Buffer.from(new Float64Array(values).buffer))
  return matrix(6, name, values.length, [data])
}

function cells(name: string, texts: readonly string[]): Buffer {
  const text = (value: string) => matrix(4, '', value.length, [element(4, Buffer.from(value, 'utf16le'))])
  return matrix(1, name, texts.length, texts.map(text))
}

function matrix(kind: number, name: string, columns: number, content: readonly Buffer[]): Buffer {
  const flags = element(6, Buffer.from(new Uint32Array([kind, 0]).buffer))
  const dimensions = element(5, Buffer.from(new Int32Array([1, columns]).buffer))
  return element(14, Buffer.concat([flags, dimensions, element(1, Buffer.from(name)), ...content]))
}

function element(type: number, data: Buffer, padded = true): Buffer {
  // Up to four bytes sit in the tag itself.
  if (data.length > 0 && data.length <= 4) {
    const small = Buffer.alloc(8)
    small.writeUInt16LE(type, 0)
    small.writeUInt16LE(data.length, 2)
    data.copy(small, 4)
    return small
  }
  const tag = Buffer.alloc(8)
  tag.writeUInt32LE(type, 0)
  tag.writeUInt32LE(data.length, 4)
  return Buffer.concat([tag, data, Buffer.alloc(padded ? -data.length & 7 : 0)])
}
