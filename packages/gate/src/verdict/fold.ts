import { byCodeUnit } from '../code-unit-order.js'
import type { Verdict } from './verdict.js'

/**
 * Makes one verdict of several on the same picture: the worst speaks, the others are named.
 *
 * Of the same picture are variants (by group) and copies (by content). Undecodable files each have a sentence of their own.
 */
export function fold(verdicts: readonly Verdict[]): Verdict[] {
  const names = new Map<Verdict, Set<string>>()
  const byKey = new Map<string, Verdict>()
  for (const verdict of verdicts.filter(({ severity }) => severity !== 'off').toSorted(worstFirst)) {
    const keys = keysOf(verdict)
    const speaker = keys.map((key) => byKey.get(key)).find((found) => found !== undefined) ?? verdict
    names.set(speaker, (names.get(speaker) ?? new Set()).add(nameOf(verdict)))
    for (const key of keys) if (!byKey.has(key)) byKey.set(key, speaker)
  }
  // The speaker's own name is the first.
  return [...names].map(([speaker, [, ...others]]) => ({ ...speaker, others }))
}

function keysOf({ status, group, image }: Verdict): string[] {
  const content = image.sha256 === undefined ? [] : [`content ${image.sha256}`]
  return status === 'undecodable' ? content : [`group ${group}`, ...content]
}

/** What the bundler made of it, which tells variants of one source apart. */
function nameOf({ path, output }: Verdict): string {
  return output ?? path
}

const RANK = { error: 0, warn: 1, off: 2 }

function worstFirst(a: Verdict, b: Verdict): number {
  return (
    RANK[a.severity] - RANK[b.severity] ||
    // What has no score at all comes first.
    (a.score ?? -1) - (b.score ?? -1) ||
    byCodeUnit(a.path, b.path) ||
    byCodeUnit(a.output ?? '', b.output ?? '')
  )
}
