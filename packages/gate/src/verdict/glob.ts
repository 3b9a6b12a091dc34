import picomatch from 'picomatch'
import type { Pattern } from '../config/options.js'

/** The paths that an image goes by: its source, its output. Either may match. */
export type Names = readonly string[]

/** Whether one of an image's paths matches. */
export type Matcher = (names: Names) => boolean

/** Case is ignored, so that a rule means the same on every file system; a dot is a letter like any other. */
const OPTIONS = { dot: true, nocase: true }

/** Compiles a glob or a regular expression. */
export function matcher(pattern: Pattern): Matcher {
  const test = typeof pattern === 'string' ? picomatch(pattern, OPTIONS) : (path: string) => path.search(pattern) >= 0
  return (names) => names.some((name) => test(name) || (name.startsWith('../') && test(withoutParents(name))))
}

/** Compiles several, of which one must match. */
export function anyMatcher(patterns: readonly Pattern[]): Matcher {
  const matchers = patterns.map(matcher)
  return (names) => matchers.some((matches) => matches(names))
}

/** No "**" reaches above the root; an image of a sibling package is to be judged all the same. */
function withoutParents(name: string): string {
  return name.replace(/^(?:\.\.\/)+/, '')
}
