import { resolve } from 'node:path'
import {
  type CacheOptions,
  type DiqaOptions,
  type LoadedConfig,
  loadConfig,
  type ResolvedOptions,
  type Rule,
  resolveOptions,
} from '@diqa/gate'
import { CliError } from './cli-error.js'
import type { Flags, FlagValues } from './command.js'
import { scorerOptions } from './scorer-flags.js'

/** Where settings come from, and where scores are kept. */
export const configFlags = {
  config: { type: 'string', value: 'FILE', text: 'the configuration (default: diqa.config.* here or above)' },
  'no-cache': { type: 'boolean', text: 'score everything anew' },
  'cache-location': { type: 'string', value: 'FOLDER', text: 'where scores are kept between runs' },
} satisfies Flags

/** What decides whether an image passes. */
export const gateFlags = {
  warn: { type: 'string', value: 'SCORE', text: 'warn below this score, whatever the rules say' },
  error: { type: 'string', value: 'SCORE', text: 'fail below this score, whatever the rules say' },
  'max-drop': {
    type: 'string',
    value: 'POINTS',
    text: 'fail where more is lost since the source, whatever the rules say',
  },
  sources: { type: 'string', value: 'FOLDER', text: 'what the images of the one folder in PATHS were made of' },
  baseline: { type: 'string', value: 'FILE', text: 'accept the images in this file as they are' },
} satisfies Flags

/** The configuration file's options under those of the flags. */
export interface Settings {
  options: ResolvedOptions
  /** The configuration's file, absolute, where there is one. */
  configFile?: string
}

/** Reads the configuration and lays the flags over it. @throws UsageError or CliError for what is wrong in either */
export async function loadSettings(flags: FlagValues, cwd: string): Promise<Settings> {
  const config = await loadConfig({ cwd, ...(typeof flags.config === 'string' ? { file: flags.config } : {}) })
  const options = {
    ...config?.options,
    ...scorerOptions(flags),
    rules: [...(config?.options.rules ?? []), ...limits(flags)],
    ...cacheOf(flags, config, cwd),
    ...baselineOf(flags, config, cwd),
  }
  const resolved = resolveOptions(options, { root: config?.root ?? cwd })
  return { options: resolved, ...(config ? { configFile: config.file } : {}) }
}

function limits(flags: FlagValues): Rule[] {
  const [warn, error, maxDrop] = [points(flags, 'warn'), points(flags, 'error'), points(flags, 'max-drop')]
  if (warn === undefined && error === undefined && maxDrop === undefined) return []
  return [{ files: '**/*', warn, error, maxDrop }]
}

function points(flags: FlagValues, name: string): number | undefined {
  const text = flags[name]
  if (typeof text !== 'string') return undefined
  const value = Number(text)
  if (text.trim() !== '' && value >= 0 && value <= 100) return value
  throw new CliError(`Expected a number from 0 to 100 for --${name} but received "${text}".`)
}

function cacheOf(flags: FlagValues, config: LoadedConfig | undefined, cwd: string): Pick<DiqaOptions, 'cache'> {
  if (flags['no-cache']) return { cache: false }
  const folder = flags['cache-location']
  if (typeof folder !== 'string') return {}
  const given = config?.options.cache
  const rest: CacheOptions = typeof given === 'object' ? given : {}
  return { cache: { ...rest, dir: resolve(cwd, folder) } }
}

function baselineOf(flags: FlagValues, config: LoadedConfig | undefined, cwd: string): Pick<DiqaOptions, 'baseline'> {
  if (typeof flags.baseline !== 'string') return {}
  const given = config?.options.baseline
  return { baseline: { ...(typeof given === 'object' ? given : {}), file: resolve(cwd, flags.baseline) } }
}
