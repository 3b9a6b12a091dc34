/** Numbers by name. */
export type Tensors = Record<string, Float32Array>

const MAGIC = 'DIQAT1\n\0'

/**
 * Named float32 tensors as one file: a magic word, the length of a JSON header (uint32), the header (what follows, in
 * order, and the caller's facts), the numbers. Little endian. The weights and the checkpoints of a training run.
 */
export function packTensors(tensors: Tensors, facts: Record<string, unknown> = {}): Uint8Array {
  const names = Object.keys(tensors)
  const header = new TextEncoder().encode(
    JSON.stringify({ facts, tensors: names.map((name) => [name, tensors[name]!.length]) }),
  )
  // Padded, so that the numbers lie on multiples of 4.
  const start = Math.ceil((MAGIC.length + 4 + header.length) / 4) * 4
  const count = names.reduce((sum, name) => sum + tensors[name]!.length, 0)
  const bytes = new Uint8Array(start + 4 * count)
  bytes.set(new TextEncoder().encode(MAGIC))
  new DataView(bytes.buffer).setUint32(MAGIC.length, header.length, true)
  bytes.set(header, MAGIC.length + 4)
  let at = start
  for (const name of names) {
    const tensor = tensors[name]!
    bytes.set(new Uint8Array(tensor.buffer, tensor.byteOffset, tensor.byteLength), at)
    at += tensor.byteLength
  }
  return bytes
}

/** @throws Error when the bytes are not what {@link packTensors} made */
export function unpackTensors(bytes: Uint8Array): { tensors: Tensors; facts: Record<string, unknown> } {
  const magic = new TextDecoder('latin1').decode(bytes.subarray(0, MAGIC.length))
  if (magic !== MAGIC) throw new Error('Expected a tensor file but its first bytes are something else.')
  const { header, length } = readHeader(bytes)
  let at = Math.ceil((MAGIC.length + 4 + length) / 4) * 4
  const expected = header.tensors.reduce((sum, [, count]) => sum + 4 * count, at)
  if (bytes.length !== expected) {
    throw new Error(`Expected ${expected} bytes in a tensor file but found ${bytes.length}.`)
  }
  const tensors: Tensors = {}
  for (const [name, count] of header.tensors) {
    // A copy, so that the numbers are aligned; slice() of a Buffer would not be one.
    tensors[name] = new Float32Array(new Uint8Array(bytes.subarray(at, at + 4 * count)).buffer)
    at += 4 * count
  }
  return { tensors, facts: header.facts }
}

interface Header {
  facts: Record<string, unknown>
  tensors: [string, number][]
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
