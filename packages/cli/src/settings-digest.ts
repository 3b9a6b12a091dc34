import { createHash } from 'node:crypto'
import { scoreIdentity } from '@diqa/core/light'
import { type Baseline, type ResolvedOptions, readBaseline } from '@diqa/gate'
import { toolVersion } from './tool-version.js'

/**
 * `sha256:` and a digest of all that decides a verdict besides the image: shards of one run must agree in it.
 *
 * @param sources relative to the root
 */
export async function settingsDigest(options: ResolvedOptions, sources: string | undefined): Promise<string> {
  const { include, exclude, rules, exempt, onUndecodable, baseline, scorer } = options
  const accepted: Baseline | undefined = baseline && (await readBaseline(baseline.file))
  const parts = {
    tool: toolVersion(),
    scores: scoreIdentity(scorer).digest,
    include: include.map(String),
    exclude: exclude.map(String),
    rules,
    exempt,
    onUndecodable,
    sources,
    baseline: accepted && { tolerance: baseline?.tolerance, ...accepted },
  }
  return `sha256:${createHash('sha256').update(JSON.stringify(parts)).digest('hex')}`
}
