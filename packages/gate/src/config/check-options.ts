import { DEVICES, ENGINES, kindOf, RANGES, shown, UsageError } from '@diqa/core/light'
import { formats } from '../format/format.js'
import { nearestWord } from '../nearest-word.js'
import type {
  BaselineOptions,
  CacheOptions,
  DiqaOptions,
  DropLimits,
  Exemption,
  ReportTarget,
  Rule,
} from './options.js'

/** Refuses a value. `key` is how the user would write it: `rules[1].warn`. */
type Check = (value: unknown, key: string) => void
type Checks<T> = Record<keyof T, Check>

const SEVERITIES = ['off', 'warn', 'error']

const DROP = { warn: points, error: points } satisfies Checks<DropLimits>

const RULE = { files: globs, warn: points, error: points, level: oneOf(SEVERITIES), maxDrop } satisfies Checks<Rule>

const EXEMPTION = { files: globs, reason: text } satisfies Checks<Exemption>

const BASELINE = { file: text, tolerance: points } satisfies Checks<BaselineOptions>

const REPORT = { format, file: text } satisfies Checks<ReportTarget>

const CACHE = { dir: text, retention: days, store } satisfies Checks<CacheOptions>

const OPTIONS = {
  enabled: yesOrNo,
  include: patterns,
  exclude: patterns,
  rules: listOf(rule),
  exempt: listOf(exemption),
  baseline,
  reports: listOf(report),
  onUndecodable: oneOf(SEVERITIES),
  onNoImages: oneOf(SEVERITIES),
  includePublic: yesOrNo,
  inlined: oneOf(['count', 'score', 'off']),
  engine: oneOf(ENGINES),
  device: oneOf(DEVICES),
  maxPixels: wholeIn(RANGES.maxPixels),
  concurrency: wholeIn(RANGES.concurrency),
  background: text,
  limitInputPixels: wholeIn(RANGES.limitInputPixels),
  cache,
} satisfies Checks<DiqaOptions>

/**
 * Refuses what cannot be meant.
 *
 * @param place where the options are written, as an error names it: a file, or nothing for a plugin's argument
 * @throws UsageError with one sentence: what was expected, for which key, what came
 */
export function checkOptions(options: unknown, place?: string): asserts options is DiqaOptions {
  try {
    checkKeys(options, '', OPTIONS)
  } catch (error) {
    if (!(error instanceof UsageError) || place === undefined) throw error
    throw new UsageError(`${error.message.replace(/([.?])$/, '')} (${place})${error.message.at(-1)}`)
  }
}

function checkKeys(value: unknown, key: string, checks: Record<string, Check>): void {
  if (!isPlain(value)) throw expected('an object', key || "diqa's options", value)
  for (const [name, part] of Object.entries(value)) {
    const path = key ? `${key}.${name}` : name
    if (!Object.hasOwn(checks, name)) throw unknownKey(name, path, key, Object.keys(checks))
    if (part !== undefined) checks[name]!(part, path)
  }
}

function unknownKey(name: string, path: string, key: string, known: string[]): UsageError {
  const nearest = nearestWord(name, known)
  const hint = nearest ? `; did you mean "${nearest}"?` : `; there are ${known.join(', ')}.`
  return new UsageError(`Expected ${key ? `a key of ${key}` : 'an option of diqa'} but received "${path}"${hint}`)
}

function rule(value: unknown, key: string): void {
  checkKeys(value, key, RULE)
  const { files, ...rest } = value as Partial<Rule>
  if (files === undefined) throw expected('a glob', `${key}.files`, files)
  if (Object.values(rest).some((part) => part !== undefined)) return
  throw new UsageError(`Expected warn, error, level or maxDrop for ${key} but received nothing but files.`)
}

function exemption(value: unknown, key: string): void {
  checkKeys(value, key, EXEMPTION)
  const { files, reason } = value as Partial<Exemption>
  if (files === undefined) throw expected('a glob', `${key}.files`, files)
  if (reason === undefined) throw expected('a sentence that says why', `${key}.reason`, reason)
}

function baseline(value: unknown, key: string): void {
  if (typeof value === 'string') {
    text(value, key)
    return
  }
  if (!isPlain(value)) throw expected('a path, or an object with file,', key, value)
  checkKeys(value, key, BASELINE)
  if (value.file === undefined) throw expected('a path', `${key}.file`, value.file)
}

function report(value: unknown, key: string): void {
  checkKeys(value, key, REPORT)
  const { format: given, file } = value as Partial<ReportTarget>
  if (given === undefined) format(given, `${key}.format`)
  if (file === undefined) throw expected('a path', `${key}.file`, file)
}

function maxDrop(value: unknown, key: string): void {
  if (isPoints(value)) return
  if (!isPlain(value)) throw expected('a number from 0 to 100, or an object of warn and error,', key, value)
  checkKeys(value, key, DROP)
  const { warn, error } = value as DropLimits
  if (warn === undefined && error === undefined) throw expected('warn or error', key, value)
}

function cache(value: unknown, key: string): void {
  if (typeof value === 'boolean') return
  if (!isPlain(value)) throw expected('true, false or an object', key, value)
  checkKeys(value, key, CACHE)
}

function format(value: unknown, key: string): void {
  // Whether a package by that name is there is known once it is looked for.
  if (typeof value === 'function' || (typeof value === 'string' && value.trim() !== '')) return
  throw expected(`one of ${Object.keys(formats).join(', ')}, a package or a function`, key, value)
}

function store(value: unknown, key: string): void {
  const { getItem, setItem } = Object(value)
  if (typeof getItem === 'function' && typeof setItem === 'function') return
  throw expected('a storage with getItem and setItem', key, value)
}

function globs(value: unknown, key: string): void {
  eachOf(value, key, (item, path) => {
    if (typeof item !== 'string' || item === '') throw expected('a glob', path, item)
    refuseNegated(item, path, key)
  })
}

function patterns(value: unknown, key: string): void {
  eachOf(value, key, (item, path) => {
    if (item instanceof RegExp) return
    if (typeof item !== 'string' || item === '') throw expected('a glob or a regular expression', path, item)
    refuseNegated(item, path, key)
  })
}

/** "!a" in a list would choose everything but a. "!(a|b)" is a glob of its own. */
function refuseNegated(glob: string, path: string, key: string): void {
  if (!/^!(?!\()/.test(glob)) return
  const way = key === 'include' ? 'leave it out with exclude' : 'say it with a glob for what is meant'
  throw new UsageError(`Expected a glob that does not begin with "!" for ${path} but received ${shown(glob)}: ${way}.`)
}

function eachOf(value: unknown, key: string, check: Check): void {
  if (!Array.isArray(value)) {
    check(value, key)
    return
  }
  if (value.length === 0 && (key === 'include' || key.endsWith('.files')))
    throw expected('at least one glob', key, value)
  value.forEach((item, i) => {
    check(item, `${key}[${i}]`)
  })
}

function listOf(check: Check): Check {
  return (value, key) => {
    if (!Array.isArray(value)) throw expected('a list', key, value)
    value.forEach((item, i) => {
      check(item, `${key}[${i}]`)
    })
  }
}

function oneOf(known: readonly string[]): Check {
  return (value, key) => {
    if (typeof value === 'string' && known.includes(value)) return
    const nearest = typeof value === 'string' ? nearestWord(value, known) : undefined
    throw expected(`one of ${known.join(', ')}`, key, value, nearest)
  }
}

function wholeIn([least, most]: readonly [number, number]): Check {
  return (value, key) => {
    if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most) return
    throw expected(`a whole number from ${least} to ${most}`, key, value)
  }
}

function points(value: unknown, key: string): void {
  if (!isPoints(value)) throw expected('a number from 0 to 100', key, value)
}

function isPoints(value: unknown): value is number {
  return typeof value === 'number' && value >= 0 && value <= 100
}

function days(value: unknown, key: string): void {
  if (typeof value === 'number' && value > 0) return
  throw expected('a number of days above 0', key, value)
}

function text(value: unknown, key: string): void {
  if (typeof value === 'string' && value.trim() !== '') return
  throw expected('text', key, value)
}

function yesOrNo(value: unknown, key: string): void {
  if (typeof value !== 'boolean') throw expected('true or false', key, value)
}

function expected(what: string, key: string, value: unknown, nearest?: string): UsageError {
  const received = value === undefined ? 'nothing' : isShort(value) ? shown(value) : `a value of type ${kindOf(value)}`
  const hint = nearest ? `; did you mean "${nearest}"?` : '.'
  return new UsageError(`Expected ${what} for ${key} but received ${received}${hint}`)
}

function isShort(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function')
}

function isPlain(value: unknown): value is Record<string, unknown> {
  return kindOf(value) === 'Object'
}
