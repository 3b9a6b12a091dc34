import { createHash } from 'node:crypto'

const DATA_URI = /data:image\/(png|jpe?g|webp|avif|gif|tiff)(?:;[\w-]+=[\w-]+)*;base64,([\w+/]+={0,2})/g

/** An image written into a script or a style sheet. */
export interface InlinedImage {
  /** The file it is in, `#`, a digest and the extension: `assets/index.css#3f2a91bc.png`. */
  name: string
  bytes: Uint8Array
}

/** Finds the data URIs of images in a script or style sheet, each once. */
export function inlinedImages(text: string, name: string): InlinedImage[] {
  const found = new Map<string, InlinedImage>()
  for (const [uri, type, base64] of text.matchAll(DATA_URI)) {
    if (found.has(uri)) continue
    const bytes = Buffer.from(base64!, 'base64')
    const digest = createHash('sha256').update(bytes).digest('hex').slice(0, 8)
    found.set(uri, { name: `${name}#${digest}.${type}`, bytes })
  }
  return [...found.values()]
}
