/**
 * Whether a file that does not decode ends before its codec says so. Decoders tell damaged from cut off in words that
 * differ between codecs and versions; the containers tell it in numbers.
 */
export function isCutOff(bytes: Uint8Array): boolean {
  const view = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length)
  const starts = (magic: string, at = 0) => view.subarray(at, at + magic.length).toString('latin1') === magic
  if (starts('\x89PNG')) return !view.subarray(-12).includes('IEND')
  if (starts('\xff\xd8')) return !view.subarray(-1024).includes(Buffer.of(0xff, 0xd9))
  if (starts('GIF8')) return view.at(-1) !== 0x3b
  if (starts('RIFF') && view.length >= 8) return view.length < view.readUInt32LE(4) + 8
  if (starts('ftyp', 4)) return endsInsideBox(view)
  return false
}

/** AVIF and its kin are a row of boxes, each with its length in front. */
function endsInsideBox(view: Buffer): boolean {
  let at = 0
  while (at + 8 <= view.length) {
    const length = view.readUInt32BE(at)
    // 0 is "to the end of the file", 1 is a length of 8 bytes: neither is seen in pictures for the web.
    if (length < 8) return false
    at += length
  }
  return at > view.length
}
