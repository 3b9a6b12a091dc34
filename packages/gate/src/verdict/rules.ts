import type { DropLimits, Rule, Severity } from '../config/options.js'
import type { ReportRule } from '../report.js'
import { type Matcher, matcher, type Names } from './glob.js'

/** A limit, and the glob of the rule that set it. */
export interface Limit {
  value: number
  files: string
}

/** What the rules say of one image, taken together. */
export interface Ruling {
  /** The glob of the last rule that matches. */
  files: string
  level: Severity
  warn: Limit | undefined
  error: Limit | undefined
  maxDrop: { warn: Limit | undefined; error: Limit | undefined } | undefined
}

/**
 * Compiles rules. Of all that match an image, the last one that has a key decides that key.
 *
 * What is an error is no mere warning, so a `warn` below `error` is raised to it (and a `maxDrop.warn` above
 * `maxDrop.error` lowered).
 */
export function compileRules(rules: readonly Rule[]): (names: Names) => Ruling {
  const compiled = rules.map((rule) => ({ rule, globs: globsOf(rule) }))
  return (names) => {
    const ruling: Ruling = { files: '', level: 'error', warn: undefined, error: undefined, maxDrop: undefined }
    for (const { rule, globs } of compiled) {
      const files = globs.findLast(({ matches }) => matches(names))?.glob
      if (files === undefined) continue
      ruling.files = files
      if (rule.level !== undefined) ruling.level = rule.level
      if (rule.warn !== undefined) ruling.warn = { value: rule.warn, files }
      if (rule.error !== undefined) ruling.error = { value: rule.error, files }
      if (rule.maxDrop !== undefined) ruling.maxDrop = dropLimits(rule.maxDrop, files)
    }
    const { warn, error } = ruling
    if (warn && error && warn.value < error.value) ruling.warn = error
    return ruling
  }
}

function globsOf({ files }: Rule): { glob: string; matches: Matcher }[] {
  return [files].flat().map((glob) => ({ glob, matches: matcher(glob) }))
}

function dropLimits(maxDrop: number | DropLimits, files: string): NonNullable<Ruling['maxDrop']> {
  const { warn, error } = typeof maxDrop === 'number' ? { error: maxDrop } : maxDrop
  const limit = (value: number | undefined) => (value === undefined ? undefined : { value, files })
  const lowest = warn !== undefined && error !== undefined ? Math.min(warn, error) : warn
  return { warn: limit(lowest), error: limit(error) }
}

/** A ruling as a report shows it. */
export function reportRule({ warn, error, maxDrop }: Ruling, files: string): ReportRule {
  const values = (limits: { warn: Limit | undefined; error: Limit | undefined }) => ({
    ...(limits.warn ? { warn: limits.warn.value } : {}),
    ...(limits.error ? { error: limits.error.value } : {}),
  })
  return { files, ...values({ warn, error }), ...(maxDrop ? { maxDrop: values(maxDrop) } : {}) }
}
