/** How a picture is made larger. */
export type Kernel = 'nearest' | 'linear' | 'cubic' | 'mitchell' | 'lanczos3'

/** One thing that is done to a picture. Amounts are in the units of the tool that does it. */
export type Step =
  | { kind: 'jpeg'; quality: number; chroma: '4:2:0' | '4:4:4' }
  | { kind: 'webp'; quality: number }
  | { kind: 'avif'; quality: number }
  /** Down by the factor and up again to the old size. */
  | { kind: 'upscaling'; factor: number; kernel: Kernel }
  | { kind: 'blur'; sigma: number }
  /** A line of so many pixels, at an angle in radians. */
  | { kind: 'motion-blur'; length: number; angle: number }
  /** Gaussian, in gray levels; film grain is the same in all channels and strongest in the mid-tones. */
  | { kind: 'noise'; deviation: number; film: boolean; seed: number }
  /** That share of the pixels becomes black or white. */
  | { kind: 'specks'; share: number; seed: number }
  | { kind: 'over-sharpening'; sigma: number; amount: number }
  /** At most so many colours (PNG's palettes have 4, 16 or 256), fewer where the quantiser's quality of 0 to 100 allows. */
  | { kind: 'palette'; colours: 4 | 16 | 256; quality: number; dither: number }
  /** So many levels a channel. */
  | { kind: 'banding'; levels: number }

/** What a reader calls the distortion, for tables by kind. */
export type DistortionName = Step['kind'] | 'chain' | 'soft-chain' | 'double-compression' | 'none'
