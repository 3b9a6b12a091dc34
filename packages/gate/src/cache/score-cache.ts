import type { ScoreResult } from '@diqa/core'
import { FAULTS, LABELS } from '@diqa/core/light'

/** Results by the digest of an image's bytes. What goes wrong in a cache is a miss, never an error. */
export interface ScoreCache {
  get(sha256: string): Promise<ScoreResult | undefined>
  /** Keeps a result, soon: {@link flush} waits for it. */
  set(sha256: string, result: ScoreResult): void
  flush(): Promise<void>
}

/** Whether a result says something of the bytes, and not of the moment. */
export function isLasting(result: ScoreResult): boolean {
  return result.status !== 'undecodable' || (result.sha256 !== undefined && result.reason !== 'engine-failure')
}

/** Whether what was read is a result of these bytes: a store may hold anything. */
export function isResult(value: unknown, sha256: string): value is ScoreResult {
  const {
    status,
    score,
    label,
    fault,
    notes,
    reason,
    message,
    bytes,
    sha256: digest,
  } = Object(value) as Record<string, unknown>
  if (digest !== sha256 || typeof bytes !== 'number') return false
  if (status === 'scored') {
    const [words, faults]: (readonly unknown[])[] = [LABELS, [undefined, ...FAULTS]]
    const judged = typeof score === 'number' && score >= 0 && score <= 100 && words!.includes(label)
    return judged && faults!.includes(fault) && Array.isArray(notes)
  }
  return (status === 'skipped' || status === 'undecodable') && typeof reason === 'string' && typeof message === 'string'
}
