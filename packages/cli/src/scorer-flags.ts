import type { DeviceChoice, EngineChoice, ScorerOptions } from '@diqa/core'
import { CliError } from './cli-error.js'
import type { Flags, FlagValues } from './command.js'

/** The flags that say how to score. */
export const scorerFlags = {
  engine: { type: 'string', value: 'NAME', text: 'what runs the network (default: auto)' },
  device: { type: 'string', value: 'NAME', text: 'what the engine runs on (default: auto)' },
  'max-pixels': { type: 'string', value: 'N', text: 'pixels of an image that the network looks at (default: 131072)' },
  background: { type: 'string', value: 'COLOR', text: 'what transparent images are laid on (default: #fff)' },
} satisfies Flags

/** How many threads work. */
export const concurrencyFlag = {
  concurrency: { type: 'string', value: 'N', text: 'worker threads (default: one a processor)' },
} satisfies Flags

/** The flags as the scorer takes them. What engine, device and background may be, the scorer knows. */
export function scorerOptions(flags: FlagValues): ScorerOptions {
  const maxPixels = wholeNumber(flags, 'max-pixels')
  const concurrency = wholeNumber(flags, 'concurrency')
  return {
    ...(typeof flags.engine === 'string' ? { engine: flags.engine as EngineChoice } : {}),
    ...(typeof flags.device === 'string' ? { device: flags.device as DeviceChoice } : {}),
    ...(typeof flags.background === 'string' ? { background: flags.background } : {}),
    ...(maxPixels === undefined ? {} : { maxPixels }),
    ...(concurrency === undefined ? {} : { concurrency }),
  }
}

function wholeNumber(flags: FlagValues, name: string): number | undefined {
  const text = flags[name]
  if (typeof text !== 'string') return undefined
  const value = Number(text)
  if (text.trim() !== '' && Number.isSafeInteger(value) && value > 0) return value
  throw new CliError(`Expected a whole number above 0 for --${name} but received "${text}".`)
}
