import type { Fault } from '@diqa/core'
import type { Drop } from './verdict.js'

interface Advised {
  score: number
  label: string
  fault?: Fault | undefined
  format?: string | undefined
}

/** One sentence: what to do about an image, from what is known of it. */
export function advice(image: Advised, drop?: Drop): string {
  if (drop?.limit !== undefined) {
    return `Your optimiser took this image from ${drop.from} (${drop.label}) to ${image.score} (${image.label}): raise its quality setting.`
  }
  const { fault, format = '' } = image
  if (fault === 'compression') return `Compression artefacts: ${againstCompression(format)}`
  if (fault === 'banding') return `Banding: ${againstBanding(format)}`
  return fault ? BY_FAULT[fault] : (BY_FORMAT[format] ?? 'Export it again from the original at a higher quality.')
}

const BY_FAULT: Record<Exclude<Fault, 'compression' | 'banding'>, string> = {
  blur: 'Blur: begin with a sharper original, at least as large as the image is shown.',
  noise: 'Noise: remove it from the original, or begin with a cleaner one, before it is compressed.',
  'over-sharpening': 'Over-sharpened: sharpen the original less, and once only.',
}

/** Where SSIMULACRA2 calls the mean photograph of a codec better than medium: 60 and more. */
const QUALITY: Partial<Record<string, number>> = { jpeg: 60, webp: 60, avif: 50 }

function againstCompression(format: string): string {
  const quality = QUALITY[format]
  if (quality) return `export it again from the original, above quality ${quality}.`
  return 'the damage was done before it became this file, so go back to the original.'
}

function againstBanding(format: string): string {
  if (format === 'gif') return 'export it again from the original as WebP or AVIF, since GIF has 256 colours.'
  return 'export it again from the original with more colours.'
}

const BY_FORMAT: Partial<Record<string, string>> = {
  gif: 'Export it again from the original as WebP or AVIF: GIF has 256 colours.',
  png: 'Go back to the original: PNG itself loses nothing, so the damage was done before, or by reducing the colours.',
  tiff: 'Go back to the original: TIFF itself loses nothing, so the damage was done before.',
}
