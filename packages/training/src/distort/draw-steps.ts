import type { DistortionName, Kernel, Step } from './step.js'

type Random = () => number

const KERNELS: readonly Kernel[] = ['nearest', 'linear', 'cubic', 'mitchell', 'lanczos3']

/** What can be drawn. */
export type Name = Exclude<DistortionName, 'none'>

/** How often each kind is drawn: by how often the web does it, not by how easy it is. */
const SHARES: readonly [name: Name, share: number][] = [
  ['jpeg', 20],
  ['webp', 14],
  ['avif', 13],
  ['upscaling', 13],
  ['blur', 8],
  ['motion-blur', 3],
  ['noise', 7],
  ['over-sharpening', 5],
  ['palette', 6],
  ['banding', 2],
  ['chain', 8],
  ['double-compression', 3],
]

/** All that a recipe may ask for: `soft-chain` and `specks` are drawn only then. */
export const KINDS: readonly Name[] = [...SHARES.map(([name]) => name), 'soft-chain', 'specks']

/** A distortion, at a level from hardly visible to ruinous, singly or chained in web order. */
export interface Drawn {
  name: DistortionName
  steps: Step[]
}

/**
 * Draws so many versions of a picture, two of each kind: a network learns what a level is from two of them side by side.
 *
 * @param kinds of these alone, one as often as the other; default: of all but `soft-chain` and `specks`, by how often the
 * web does it
 */
export function drawVariants(count: number, rng: Random, kinds?: readonly Name[]): Drawn[] {
  const drawn: Drawn[] = []
  while (drawn.length < count) {
    const name = drawName(rng, kinds)
    drawn.push(drawAs(name, rng), drawAs(name, rng))
  }
  return drawn.slice(0, count)
}

/** Draws one. @param kinds as {@link drawVariants} takes them */
export function drawSteps(rng: Random, kinds?: readonly Name[]): Drawn {
  return drawAs(drawName(rng, kinds), rng)
}

function drawAs(name: Name, rng: Random): Drawn {
  if (name === 'double-compression') return { name, steps: [drawStep('jpeg', rng), drawCodec(rng)] }
  if (name === 'specks') {
    const specks = drawStep('specks', rng)
    return { name, steps: rng() < 0.5 ? [specks] : [specks, drawGoodCodec(rng)] }
  }
  if (name === 'soft-chain') {
    const blur: Step = { kind: 'blur', sigma: geometric(rng, 0.6, 4) }
    const upscaling: Step = { kind: 'upscaling', factor: drawFactor(rng), kernel: pick(rng, KERNELS) }
    return { name, steps: [rng() < 0.4 ? blur : upscaling, drawGoodCodec(rng)] }
  }
  if (name === 'chain') {
    const steps: Step[] = []
    const before = Math.floor(rng() * 3)
    if (before !== 0) steps.push({ kind: 'upscaling', factor: between(rng, 1.1, 2), kernel: pick(rng, KERNELS) })
    if (before !== 1) {
      steps.push({ kind: 'over-sharpening', sigma: between(rng, 0.5, 1.2), amount: between(rng, 0.5, 3) })
    }
    return { name, steps: [...steps, drawCodec(rng)] }
  }
  return { name, steps: [drawStep(name, rng)] }
}

function drawName(rng: Random, kinds?: readonly Name[]): Name {
  if (kinds) return pick(rng, kinds)
  let at = rng() * SHARES.reduce((sum, [, share]) => sum + share, 0)
  for (const [name, share] of SHARES) {
    at -= share
    if (at < 0) return name
  }
  return SHARES[0]![0]
}

function drawCodec(rng: Random): Step {
  return drawStep(pick(rng, ['jpeg', 'webp', 'avif'] as const), rng)
}

/** At a quality that people ship. */
function drawGoodCodec(rng: Random): Step {
  return { ...drawCodec(rng), quality: Math.round(between(rng, 45, 96)) } as Step
}

function drawStep(kind: Step['kind'], rng: Random): Step {
  switch (kind) {
    case 'jpeg':
      return { kind, quality: Math.round(between(rng, 5, 97)), chroma: rng() < 0.8 ? '4:2:0' : '4:4:4' }
    case 'webp':
      return { kind, quality: Math.round(between(rng, 2, 97)) }
    case 'avif':
      return { kind, quality: Math.round(between(rng, 8, 96)) }
    case 'upscaling':
      return { kind, factor: drawFactor(rng), kernel: pick(rng, KERNELS) }
    case 'blur':
      return { kind, sigma: geometric(rng, 0.4, 4) }
    case 'motion-blur':
      return { kind, length: geometric(rng, 2, 16), angle: rng() * Math.PI }
    case 'noise':
      return { kind, deviation: geometric(rng, 2, 50), film: rng() < 0.5, seed: Math.floor(rng() * 2 ** 31) }
    case 'specks':
      return { kind, share: geometric(rng, 0.001, 0.15), seed: Math.floor(rng() * 2 ** 31) }
    case 'over-sharpening':
      return { kind, sigma: between(rng, 0.6, 2.5), amount: geometric(rng, 1, 12) }
    case 'palette':
      return {
        kind,
        colours: pick(rng, [4, 16, 256]),
        quality: Math.round(between(rng, 1, 100)),
        dither: rng() < 0.5 ? 0 : 1,
      }
    case 'banding':
      return { kind, levels: Math.round(geometric(rng, 5, 48)) }
  }
}

/** Half of them are those that people scale by: by exactly 2 every other pixel is an old one, which no factor near it shows. */
function drawFactor(rng: Random): number {
  return rng() < 0.5 ? pick(rng, [1.25, 1.5, 2, 2, 2.5, 3, 4]) : between(rng, 1.15, 4)
}

function between(rng: Random, from: number, to: number): number {
  return from + (to - from) * rng()
}

/** Even steps in ratio rather than in amount. */
function geometric(rng: Random, from: number, to: number): number {
  return from * (to / from) ** rng()
}

function pick<T>(rng: Random, items: readonly T[]): T {
  return items[Math.min(items.length - 1, Math.floor(rng() * items.length))]!
}
