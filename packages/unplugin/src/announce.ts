import { type Collector, formatSummary, type GateMessage, type GateResult, plural } from '@diqa/gate'
import { unwritten } from './unwritten.js'

/** A bundler's logger, as far as it is needed. */
export interface Speaker {
  warn(text: string): void
  info(text: string): void
}

/**
 * Judges the images, writes the reports, and says what there is to say.
 *
 * @param isLenient errors are warnings: for builds that nobody waits for
 * @throws Failure (rejects) that lists all errors; UsageError for a report that cannot be written
 */
export async function announce(collector: Collector, speaker: Speaker, isLenient = false): Promise<void> {
  const result = await collector.finish()
  const fault = await unwritten(collector, result)
  const fatal = result.messages.filter(({ severity }) => severity === 'error' && !isLenient)
  for (const message of result.messages) if (!fatal.includes(message)) speaker.warn(message.text)
  if (fatal.length > 0) {
    if (fault) speaker.warn(fault.message)
    throw new Failure(listOf(fatal, result))
  }
  if (fault) throw fault
  if (result.counts.images > 0) speaker.info(formatSummary(result))
}

/** All that a build fails for, in one message. */
export function listOf(fatal: readonly GateMessage[], result: GateResult): string {
  const head = `${plural(fatal.length, 'error')} in the images of this build:`
  return [head, ...fatal.map(({ text }) => text), formatSummary(result)].join('\n')
}

/** An error without a stack, which would bury the list and points nowhere. */
class Failure extends Error {
  override name = 'DiqaError'
  override stack = ''
}
