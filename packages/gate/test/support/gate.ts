import {
  type Collector,
  type CollectorDependencies,
  createCollector,
  type DiqaOptions,
  resolveOptions,
} from '../../src/index.js'
import { fakeScorers, identity } from './fake-scorer.js'

/** The bytes that the fake scorer gives that score. */
export const image = (text: string | number) => Buffer.from(String(text))

/** A collector over a fake scorer. Nothing is kept between two of them unless the options say so. */
export function collectorOf(
  options: DiqaOptions = {},
  { root = '/site', ...dependencies }: CollectorDependencies & { root?: string } = {},
): Collector & { seen: string[]; counts: { made: number; disposed: number } } {
  const { createScorer, seen, counts } = fakeScorers()
  const resolved = resolveOptions({ cache: false, ...options }, { root })
  return { ...createCollector(resolved, { createScorer, identity, ...dependencies }), seen, counts }
}

/** What the gate says of images given as `{ name: text }`. */
export async function gate(images: Record<string, string | number>, options: DiqaOptions = {}) {
  const collector = collectorOf(options)
  for (const [name, text] of Object.entries(images)) await collector.add({ name, bytes: image(text) })
  return collector.finish()
}
