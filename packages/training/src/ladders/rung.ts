import type { Pixels } from '@diqa/core/model'
import sharp, { type Sharp } from 'sharp'
import { applySteps } from '../distort/apply.js'
import type { Kernel, Step } from '../distort/step.js'

/** A picture that is spoilt to one level in one way. */
export interface Rung {
  kind: 'jpeg' | 'webp' | 'avif' | 'upscaling' | 'blur' | 'noise' | 'palette'
  /** Rungs of one ladder differ in their level alone. */
  ladder: string
  /** In the unit of the tool: a codec's quality, a factor, pixels, gray levels, colours. */
  level: number
  /** Rises with the quality that is left; tells nothing across ladders. */
  order: number
  /** The file as somebody would ship it: lossless PNG where the kind is no codec. */
  make: (picture: Pixels) => Promise<Uint8Array>
}

const QUALITIES = [10, 20, 30, 40, 50, 60, 70, 80, 90, 95]
const FACTORS = [1.25, 1.5, 2, 3, 4]
const KERNELS: readonly Kernel[] = ['nearest', 'cubic', 'lanczos3']
const SIGMAS = [0.5, 0.8, 1.2, 1.8, 2.7, 4]
const DEVIATIONS = [3, 6, 12, 24, 48]

/** What a photograph goes through: codecs at sharp's defaults but for the quality, upscaling, blur and noise. */
export const PHOTOGRAPH_RUNGS: readonly Rung[] = [
  ...(['jpeg', 'webp', 'avif'] as const).flatMap((kind) =>
    QUALITIES.map((level) => codec(kind, level, (image) => image[kind]({ quality: level }))),
  ),
  ...KERNELS.flatMap((kernel) =>
    FACTORS.map((level) => worse(`upscaling ${kernel}`, level, { kind: 'upscaling', factor: level, kernel })),
  ),
  ...SIGMAS.map((level) => worse('blur', level, { kind: 'blur', sigma: level })),
  ...DEVIATIONS.map((level) => worse('noise', level, { kind: 'noise', deviation: level, film: false, seed: level })),
]

/** What spoils most graphics. */
export const GRAPHIC_RUNGS: readonly Rung[] = [
  codec('jpeg', 10, (image) => image.jpeg({ quality: 10 })),
  codec('palette', 4, (image) => image.png({ palette: true, colours: 4, dither: 0 })),
]

function codec(kind: Rung['kind'], level: number, encode: (image: Sharp) => Sharp): Rung {
  return { kind, ladder: kind, level, order: level, make: (picture) => encode(open(picture)).toBuffer() }
}

function worse(ladder: string, level: number, step: Step & { kind: Rung['kind'] }): Rung {
  const make = async (picture: Pixels) =>
    open(await applySteps(picture, [step]))
      .png({ compressionLevel: 1 })
      .toBuffer()
  return { kind: step.kind, ladder, level, order: -level, make }
}

function open({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } })
}
