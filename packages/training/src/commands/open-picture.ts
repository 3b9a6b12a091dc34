import { readFile } from 'node:fs/promises'
import { decode, inspect, type Pixels } from '@diqa/core/model'
import { DataError } from '../data/data-error.js'

/** The very decoding that users' images get. */
const DECODING = { background: '#fff', limitInputPixels: 0x3fff ** 2 }

/**
 * A file's pixels, and how many bytes they take in it.
 *
 * @throws {DataError} when it is no image that can be scored
 */
export async function openPicture(path: string): Promise<{ pixels: Pixels; bytes: number }> {
  const bytes = await readFile(path)
  const header = await inspect(bytes, DECODING)
  const decoded = header.status === 'inspected' ? await decode(bytes, header, DECODING) : header
  if (decoded.status === 'decoded') return { pixels: decoded.pixels, bytes: bytes.length }
  throw DataError.expected('an image that can be scored', path, decoded.message)
}
