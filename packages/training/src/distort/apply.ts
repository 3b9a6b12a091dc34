import type { Pixels } from '@diqa/core/model'
import sharp, { type Sharp } from 'sharp'
import { normal, random } from '../random.js'
import { resample } from './resample.js'
import type { Step } from './step.js'

/**
 * Does the steps to a picture, one after the other.
 *
 * @param picture 3 channels
 * @returns a picture of the same size
 */
export async function applySteps(picture: Pixels, steps: readonly Step[]): Promise<Pixels> {
  let pixels = picture
  for (const step of steps) pixels = await applyStep(pixels, step)
  return pixels
}

async function applyStep(picture: Pixels, step: Step): Promise<Pixels> {
  switch (step.kind) {
    case 'jpeg':
      return reopen(open(picture).jpeg({ quality: step.quality, chromaSubsampling: step.chroma }))
    case 'webp':
      return reopen(open(picture).webp({ quality: step.quality }))
    case 'avif':
      return reopen(open(picture).avif({ quality: step.quality, effort: 3 }))
    case 'palette':
      return reopen(
        open(picture).png({
          palette: true,
          colours: step.colours,
          quality: step.quality,
          dither: step.dither,
          effort: 1,
        }),
      )
    case 'upscaling': {
      const [width, height] = [picture.width, picture.height].map((side) => Math.max(8, Math.round(side / step.factor)))
      return resample(resample(picture, width!, height!, 'lanczos3'), picture.width, picture.height, step.kernel)
    }
    case 'blur':
      // Its default cuts the kernel so short that a sigma below 0.58 would do nothing.
      return pixelsOf(open(picture).blur({ sigma: step.sigma, precision: 'float', minAmplitude: 0.01 }))
    case 'motion-blur':
      return pixelsOf(open(picture).convolve(lineKernel(step.length, step.angle)))
    case 'over-sharpening':
      return pixelsOf(open(picture).sharpen({ sigma: step.sigma, m1: step.amount, m2: step.amount, y2: 100, y3: 100 }))
    case 'noise':
      return withNoise(picture, step)
    case 'specks':
      return withSpecks(picture, step)
    case 'banding':
      return mapSamples(picture, (sample) =>
        Math.round((Math.round((sample / 255) * (step.levels - 1)) / (step.levels - 1)) * 255),
      )
  }
}

function open({ data, width, height, channels }: Pixels): Sharp {
  return sharp(data, { raw: { width, height, channels } })
}

async function reopen(encoded: Sharp): Promise<Pixels> {
  return pixelsOf(sharp(await encoded.toBuffer()))
}

async function pixelsOf(image: Sharp): Promise<Pixels> {
  const { data, info } = await image.removeAlpha().toColourspace('srgb').raw().toBuffer({ resolveWithObject: true })
  return {
    data: new Uint8Array(data.buffer, data.byteOffset, data.length),
    width: info.width,
    height: info.height,
    channels: 3,
  }
}

/** A line through the middle of a square kernel, drawn with soft ends. */
function lineKernel(length: number, angle: number): { width: number; height: number; kernel: number[]; scale: number } {
  const side = 2 * Math.ceil(length / 2) + 1
  const middle = (side - 1) / 2
  const kernel = new Array<number>(side * side).fill(0)
  const points = 8 * side
  for (let i = 0; i < points; i++) {
    const along = (i / (points - 1) - 0.5) * length
    const x = Math.round(middle + along * Math.cos(angle))
    const y = Math.round(middle + along * Math.sin(angle))
    kernel[y * side + x]!++
  }
  return { width: side, height: side, kernel, scale: points }
}

function withNoise(picture: Pixels, { deviation, film, seed }: Extract<Step, { kind: 'noise' }>): Pixels {
  const rng = random(seed)
  let grain = 0
  return mapSamples(picture, (sample, i) => {
    if (!film || i % 3 === 0) grain = normal(rng)
    const strength = film ? Math.sqrt((sample / 255) * (1 - sample / 255)) * 2 : 1
    return Math.min(255, Math.max(0, Math.round(sample + grain * deviation * strength)))
  })
}

function withSpecks(picture: Pixels, { share, seed }: Extract<Step, { kind: 'specks' }>): Pixels {
  const rng = random(seed)
  const data = picture.data.slice()
  for (let i = 0; i < data.length; i += 3) {
    if (rng() < share) data.fill(rng() < 0.5 ? 0 : 255, i, i + 3)
  }
  return { ...picture, data }
}

function mapSamples(picture: Pixels, change: (sample: number, index: number) => number): Pixels {
  return { ...picture, data: Uint8Array.from(picture.data, change) }
}
