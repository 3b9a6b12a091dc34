import type { Fault, Label } from './model/quality.js'

/** Why an image is not judged although it was read without trouble. */
export type SkipReason = 'vector' | 'too-small' | 'flat' | 'transparent' | 'too-large'

/** Why no pixels could be read. */
export type UndecodableReason =
  | 'empty'
  | 'truncated'
  | 'git-lfs-pointer'
  | 'text-decoded'
  | 'unsupported-codec'
  | 'not-an-image'
  | 'unreadable'
  | 'engine-failure'

/** What is known of the file itself. A field is absent where the file could not be read that far. */
export interface ImageFacts {
  /** Size of the file. */
  bytes: number
  /** Hex digest of the file. */
  sha256: string
  /** The codec as sharp names it, but `avif` for AVIF. */
  format?: string
  /** Pixels, after EXIF orientation. */
  width?: number
  /** Pixels, after EXIF orientation. */
  height?: number
}

/** An image with a score. */
export interface Scored extends ImageFacts {
  status: 'scored'
  /** 0 to 100, higher is better, one decimal. */
  score: number
  /** The ITU-R BT.500 word for the score. */
  label: Label
  /** What is most wrong with it. Absent where nothing stands out, and in an excellent image. */
  fault?: Fault
  /** Sentences that a reader of the score should know: an animation's first frame, a CMYK file, … */
  notes: string[]
}

/** An image that must not be judged. */
export interface Skipped extends ImageFacts {
  status: 'skipped'
  reason: SkipReason
  /** One sentence. */
  message: string
}

/** Bytes that gave no pixels, or no bytes at all. Never has a score. */
export interface Undecodable extends Partial<ImageFacts> {
  status: 'undecodable'
  reason: UndecodableReason
  /** One sentence: what came, and what to do. */
  message: string
}

/** What became of one input. Expected outcomes are values; only misuse throws. */
export type ScoreResult = Scored | Skipped | Undecodable
