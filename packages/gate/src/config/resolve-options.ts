import { resolve } from 'node:path'
import type { ScorerOptions } from '@diqa/core'
import { checkOptions } from './check-options.js'
import type { CacheOptions, DiqaOptions, Exemption, Pattern, ReportTarget, Rule, Severity } from './options.js'

/** The options with every default filled in. */
export interface ResolvedOptions {
  /** What paths are relative to; absolute. */
  root: string
  enabled: boolean
  include: readonly Pattern[]
  exclude: readonly Pattern[]
  /** The default rule first. */
  rules: readonly Rule[]
  exempt: readonly Exemption[]
  /** The file is absolute. */
  baseline: { file: string; tolerance: number } | undefined
  reports: readonly ReportTarget[]
  onUndecodable: Severity
  onNoImages: Severity
  includePublic: boolean
  inlined: 'count' | 'score' | 'off'
  /** What the scorer is made with. */
  scorer: ScorerOptions
  /** False: nothing is kept between builds. */
  cache: (CacheOptions & { retention: number }) | false
}

const INCLUDE = ['**/*.{jpg,jpeg,png,webp,avif,gif,tif,tiff}']
const EXCLUDE = ['**/node_modules/**']

/** What holds where no rule says otherwise. */
export const DEFAULT_RULE: Rule = { files: '**/*', warn: 50, error: 20 }

/** Days that a score is kept without being used. */
export const RETENTION = 30

/**
 * What one step of an encoder's quality setting does to a score: measured on nine photographs as JPEG and WebP of quality
 * 10, 30 and 60 with the weights of November 2026, 0.7 points in the median and 3.6 at the ninetieth percentile.
 */
export const TOLERANCE = 4

/**
 * Checks the options and fills the defaults in. Reads nothing but its arguments.
 *
 * @param root what globs and paths are relative to: the bundler's root, or the folder of the configuration file; absolute
 * @throws UsageError with one sentence for an option that is unknown or cannot be meant
 */
export function resolveOptions(options: DiqaOptions, { root }: { root: string }): ResolvedOptions {
  checkOptions(options)
  return {
    root: resolve(root),
    enabled: options.enabled ?? true,
    include: listOf(options.include ?? INCLUDE),
    exclude: listOf(options.exclude ?? EXCLUDE),
    rules: [DEFAULT_RULE, ...(options.rules ?? [])],
    exempt: options.exempt ?? [],
    baseline: baselineOptions(options.baseline, root),
    reports: options.reports ?? [],
    onUndecodable: options.onUndecodable ?? 'error',
    onNoImages: options.onNoImages ?? 'error',
    includePublic: options.includePublic ?? true,
    inlined: options.inlined ?? 'count',
    scorer: scorerOptions(options),
    cache: cacheOptions(options.cache ?? true, root),
  }
}

function scorerOptions(options: DiqaOptions): ScorerOptions {
  const { engine, device, maxPixels, concurrency, background, limitInputPixels } = options
  const given = { engine, device, maxPixels, concurrency, background, limitInputPixels }
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined))
}

function cacheOptions(cache: boolean | CacheOptions, root: string): ResolvedOptions['cache'] {
  if (cache === false) return false
  const { dir, retention = RETENTION, store } = cache === true ? {} : cache
  return {
    retention,
    ...(dir === undefined ? {} : { dir: resolve(root, dir) }),
    ...(store === undefined ? {} : { store }),
  }
}

function baselineOptions(baseline: DiqaOptions['baseline'], root: string): ResolvedOptions['baseline'] {
  if (baseline === undefined) return undefined
  const { file, tolerance = TOLERANCE } = typeof baseline === 'string' ? { file: baseline } : baseline
  return { file: resolve(root, file), tolerance }
}

function listOf<T>(value: T | readonly T[]): readonly T[] {
  return Array.isArray(value) ? value : [value as T]
}
