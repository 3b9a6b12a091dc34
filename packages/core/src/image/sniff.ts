import { isUtf8 } from 'node:buffer'
import type { SkipReason, UndecodableReason } from '../result.js'

/** What the first bytes already tell. */
export type Sniffed =
  | { status: 'undecodable'; reason: UndecodableReason; message: string }
  | { status: 'skipped'; reason: SkipReason; message: string }

/** Codecs whose files are images all right, but that sharp's prebuilt libvips cannot read. */
const FOREIGN: readonly { name: string; at: number; magic: string }[] = [
  { name: 'BMP', at: 0, magic: 'BM' },
  { name: 'ICO', at: 0, magic: '\0\0\x01\0' },
  { name: 'JPEG XL', at: 0, magic: '\xff\x0a' },
  { name: 'JPEG XL', at: 4, magic: 'JXL ' },
  { name: 'JPEG 2000', at: 4, magic: 'jP  ' },
  { name: 'Photoshop', at: 0, magic: '8BPS' },
  { name: 'HEIC', at: 4, magic: 'ftyphe' },
  { name: 'HEIC', at: 4, magic: 'ftypmif1' },
  { name: 'HEIC', at: 4, magic: 'ftypmsf1' },
]

/** The codec of a file that cannot be read, or undefined where its first bytes are no image's. */
export function foreignCodec(bytes: Uint8Array): string | undefined {
  const head = Buffer.from(bytes.subarray(0, 16)).toString('latin1')
  return FOREIGN.find(({ at, magic }) => head.startsWith(magic, at))?.name
}

/** Recognises what is not worth a decoder's time: nothing, a pointer, damaged or vector bytes. */
export function sniff(bytes: Uint8Array): Sniffed | undefined {
  if (bytes.length === 0) {
    return { status: 'undecodable', reason: 'empty', message: 'Expected an image but the file is empty.' }
  }
  const head = Buffer.from(bytes.subarray(0, 1024)).toString('latin1')
  if (head.startsWith('version https://git-lfs.github.com/spec/')) {
    return {
      status: 'undecodable',
      reason: 'git-lfs-pointer',
      message: 'Expected an image but found a Git LFS pointer: run "git lfs pull".',
    }
  }
  if (/^(?:\xef\xbb\xbf)?\s*(?:<\?xml[^>]*>\s*)?(?:<!--[\s\S]*?-->\s*|<!DOCTYPE svg[^>]*>\s*)*<svg[\s>]/i.test(head)) {
    return { status: 'skipped', reason: 'vector', message: 'Vector images have no pixels to judge.' }
  }
  // What is no UTF-8 in an image becomes U+FFFD when its bytes are read as text (gulpjs/gulp#2777).
  if (isUtf8(bytes) && Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).includes('\ufffd')) {
    return {
      status: 'undecodable',
      reason: 'text-decoded',
      message:
        'Expected image bytes but they were decoded as text on the way: with Gulp 5, read images with gulp.src(…, { encoding: false }).',
    }
  }
  return undefined
}
