import type { Readable } from 'node:stream'
import { createReport, type GateResult, gateResult, type Report, type Verdict } from '@diqa/gate'

/** What `diqa()` finds out about an image: the property `imageQuality` of its file. Plain data, so that clones keep it. */
export interface ImageQuality extends Verdict {
  /** What there is to say of it, on one line: a warning or an error. Absent where all is well. */
  message?: string
  /** The program, the network and the engine that gave the score. */
  scoredBy: Pick<Report, 'tool' | 'model' | 'engine'>
}

/** What we need of a vinyl file. */
export interface VinylFile {
  cwd: string
  path: string
  /** All paths it has had; the first is that of its source. */
  history: readonly string[]
  contents: Buffer | Readable | null
  imageQuality?: ImageQuality
}

/** One image's result, as its file carries it. */
export function imageQuality({ report, verdicts, messages }: GateResult): ImageQuality {
  const { tool, model, engine } = report
  const [message] = messages
  return { ...verdicts[0]!, ...(message ? { message: message.text } : {}), scoredBy: { tool, model, engine } }
}

/** The conclusions from the results of several files, as if they were the whole build. */
export function concluded(qualities: ImageQuality[], durationMs: number): GateResult | undefined {
  // Where a cache knows every other image, only one says which engine there was.
  const { scoredBy } = qualities.find((one) => one.scoredBy.engine.name !== 'none') ?? qualities[0] ?? {}
  if (!scoredBy) return undefined
  const report = createReport({ ...scoredBy, images: qualities.map(({ image }) => image), durationMs })
  return gateResult(report, qualities, { onNoImages: 'off', include: [] })
}
