import sharp from 'sharp'
import { RANGES } from './defaults.js'
import type { ScorerOptions } from './score.js'
import { kindOf, shown, UsageError } from './usage-error.js'

/** Options with every default filled in. */
export type Settings = { [K in Exclude<keyof ScorerOptions, 'model'>]-?: NonNullable<ScorerOptions[K]> } & {
  model: string | undefined
}

const KNOWN = ['engine', 'device', 'maxPixels', 'concurrency', 'background', 'limitInputPixels', 'model']

/** Fills the defaults in. @throws UsageError (rejects) for an option that is unknown or out of range */
export async function resolveOptions(options: ScorerOptions, defaults: Settings): Promise<Settings> {
  if (typeof options !== 'object' || options === null) {
    throw new UsageError(`Expected an object for a scorer's options but received a value of type ${kindOf(options)}.`)
  }
  for (const name of Object.keys(options)) {
    if (KNOWN.includes(name)) continue
    throw new UsageError(`Expected one of ${KNOWN.join(', ')} for a scorer's option but received "${name}".`)
  }
  const given = Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined))
  const settings: Settings = { ...defaults, ...given }
  checkWhole('maxPixels', settings.maxPixels)
  checkWhole('concurrency', settings.concurrency)
  checkWhole('limitInputPixels', settings.limitInputPixels)
  // A pixel of it takes sharp milliseconds, of every start.
  if (settings.background !== defaults.background) await checkColour(settings.background)
  checkFolder(settings.model)
  return settings
}

function checkWhole(name: keyof typeof RANGES, value: number): void {
  const [least, most] = RANGES[name]
  if (Number.isInteger(value) && value >= least && value <= most) return
  throw new UsageError(`Expected a whole number from ${least} to ${most} for ${name} but received ${shown(value)}.`)
}

async function checkColour(background: string): Promise<void> {
  if ((await alphaOf(background)) === 255) return
  throw new UsageError(`Expected an opaque CSS colour for background but received ${shown(background)}.`)
}

/** As a pixel has it, 0 to 255. @returns undefined for what is no colour */
async function alphaOf(background: string): Promise<number | undefined> {
  try {
    const pixel = sharp({ create: { width: 1, height: 1, channels: 4, background } })
    return (await pixel.raw().toBuffer())[3]
  } catch {
    return undefined
  }
}

function checkFolder(model: string | undefined): void {
  if (model === undefined || typeof model === 'string') return
  throw new UsageError(`Expected the path of a folder for model but received ${shown(model)}.`)
}
