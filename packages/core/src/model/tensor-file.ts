/** Numbers by name. */
export type Tensors = Record<string, Float32Array>

/** What a tensor file can hold. */
export type Numbers = Float32Array | Int32Array | Int16Array | Int8Array

const MAGIC = 'DIQAT1\n\0'

const KINDS = { float32: Float32Array, int32: Int32Array, int16: Int16Array, int8: Int8Array } as const

/** Name, how many numbers, and of which kind; without a kind, float32. */
type Entry = [string, number, (keyof typeof KINDS)?]

/**
 * Named arrays of numbers as one file: a magic word, the length of a JSON header (uint32), the header (what follows, in
 * order, and the caller's facts), the numbers, each array from a multiple of 4 bytes on. Little endian. The weights, float
 * and integer, and the checkpoints of a training run.
 */
export function packTensors(tensors: Record<string, Numbers>, facts: Record<string, unknown> = {}): Uint8Array {
  const entries = Object.entries(tensors).map(([name, numbers]): Entry => {
    const kind = (Object.keys(KINDS) as (keyof typeof KINDS)[]).find((kind) => numbers instanceof KINDS[kind])!
    return kind === 'float32' ? [name, numbers.length] : [name, numbers.length, kind]
  })
  const header = new TextEncoder().encode(JSON.stringify({ facts, tensors: entries }))
  const start = aligned(MAGIC.length + 4 + header.length)
  const bytes = new Uint8Array(entries.reduce((sum, entry) => sum + aligned(bytesOf(entry)), start))
  bytes.set(new TextEncoder().encode(MAGIC))
  new DataView(bytes.buffer).setUint32(MAGIC.length, header.length, true)
  bytes.set(header, MAGIC.length + 4)
  let at = start
  for (const { buffer, byteOffset, byteLength } of Object.values(tensors)) {
    bytes.set(new Uint8Array(buffer, byteOffset, byteLength), at)
    at += aligned(byteLength)
  }
  return bytes
}

/** @throws Error when the bytes are not what {@link packTensors} made of float32 numbers */
export function unpackTensors(bytes: Uint8Array): { tensors: Tensors; facts: Record<string, unknown> } {
  const { tensors, facts } = unpackNumbers(bytes)
  const other = Object.keys(tensors).find((name) => !(tensors[name] instanceof Float32Array))
  if (other === undefined) return { tensors: tensors as Tensors, facts }
  throw new Error(`Expected float32 numbers for "${other}" in a tensor file but found others.`)
}

/** @throws Error when the bytes are not what {@link packTensors} made */
export function unpackNumbers(bytes: Uint8Array): {
  tensors: Record<string, Numbers>
  facts: Record<string, unknown>
} {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length))
  if (magic !== MAGIC) throw new Error('Expected a tensor file but its first bytes are something else.')
  const { header, length } = readHeader(bytes)
  let at = aligned(MAGIC.length + 4 + length)
  const expected = header.tensors.reduce((sum, entry) => sum + aligned(bytesOf(entry)), at)
  if (bytes.length !== expected) {
    throw new Error(`Expected ${expected} bytes in a tensor file but found ${bytes.length}.`)
  }
  const tensors: Record<string, Numbers> = {}
  for (const entry of header.tensors) {
    const [name, , kind = 'float32'] = entry
    // A copy, so that the numbers are aligned; slice() of a Buffer would not be one.
    tensors[name] = new KINDS[kind](new Uint8Array(bytes.subarray(at, at + bytesOf(entry))).buffer)
    at += aligned(bytesOf(entry))
  }
  return { tensors, facts: header.facts }
}

function aligned(bytes: number): number {
  return Math.ceil(bytes / 4) * 4
}

function bytesOf([, count, kind = 'float32']: Entry): number {
  return count * KINDS[kind].BYTES_PER_ELEMENT
}

interface Header {
  facts: Record<string, unknown>
  tensors: Entry[]
}

function readHeader(bytes: Uint8Array): { header: Header; length: number } {
  const start = MAGIC.length + 4
  try {
    const length = new DataView(bytes.buffer, bytes.byteOffset, bytes.length).getUint32(MAGIC.length, true)
    return { header: JSON.parse(new TextDecoder().decode(bytes.subarray(start, start + length))), length }
  } catch {
    throw new Error('Expected a header in a tensor file but it is cut off or damaged.')
  }
}
