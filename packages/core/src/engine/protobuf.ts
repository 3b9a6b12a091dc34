/** A field of a protocol buffer message: its number, and numbers, texts, bytes or messages. */
export type Field = [number: number, value: number | string | Uint8Array | Message]
export type Message = readonly Field[]

/**
 * Encodes a message: as much of the format as an ONNX file takes.
 *
 * Source: https://protobuf.dev/programming-guides/encoding
 */
export function encodeMessage(message: Message): Uint8Array {
  return Buffer.concat(message.flatMap(([number, value]) => encodeField(number, value)))
}

function encodeField(number: number, value: Field[1]): Uint8Array[] {
  if (typeof value === 'number') return [varint(number * 8), varint(value)]
  const bytes =
    typeof value === 'string' ? Buffer.from(value) : value instanceof Uint8Array ? value : encodeMessage(value)
  return [varint(number * 8 + 2), varint(bytes.length), bytes]
}

/** @param value whole, 0 to 2^31 - 1 */
function varint(value: number): Uint8Array {
  const bytes: number[] = []
  for (let rest = value; ; rest >>>= 7) {
    if (rest < 128) return Uint8Array.from([...bytes, rest])
    bytes.push((rest & 127) | 128)
  }
}
