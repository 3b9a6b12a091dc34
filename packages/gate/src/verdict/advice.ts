import type { Drop } from './verdict.js'

/** One sentence: what to do about an image, from what is known of it. */
export function advice(image: { score: number; label: string; format?: string | undefined }, drop?: Drop): string {
  if (drop?.limit !== undefined) {
    return `Your optimiser took this image from ${drop.from} (${drop.label}) to ${image.score} (${image.label}): raise its quality setting.`
  }
  return (image.format && BY_FORMAT[image.format]) || FOR_LOSSY
}

const FOR_LOSSY = 'Export it again from the original at a higher quality.'

const BY_FORMAT: Partial<Record<string, string>> = {
  gif: 'Export it again from the original as WebP or AVIF: GIF has 256 colours.',
  png: 'Go back to the original: PNG itself loses nothing, so the damage was done before, or by reducing the colours.',
  tiff: 'Go back to the original: TIFF itself loses nothing, so the damage was done before.',
}
