import { scoreIdentity } from '@diqa/core/light'
import {
  type Baseline,
  type BaselineEntry,
  baselineOf,
  plural,
  type ResolvedOptions,
  readBaseline,
  type Verdict,
  writeBaseline,
} from '@diqa/gate'
import { CliError } from './cli-error.js'
import { isImage } from './find-images.js'
import { faultsOf } from './gate-files.js'
import { prepareOutput } from './output-file.js'

/** What became of a baseline's file. */
export interface BaselineChange {
  accepted: number
  added: number
  removed: number
}

/** Tries the file of a baseline that is to be written. @throws CliError where it cannot be, or is no doubt something else */
export async function prepareBaseline(file: string, shown: string): Promise<void> {
  // "--baseline hero.jpg": the image that was to be accepted, and not the file to keep that in.
  if (isImage(file)) {
    throw new CliError(`Expected a file for the baseline but received "${shown}", which has the name of an image.`)
  }
  await prepareOutput(file, shown)
}

/** What today's state is written over. */
export interface AcceptTodayOptions {
  options: ResolvedOptions & { baseline: NonNullable<ResolvedOptions['baseline']> }
  /** The run sees all images: whatever the file has of others is of the past. */
  isWhole: boolean
  onWritten(change: BaselineChange): void
}

/** Accepts all that the verdicts, which were made without a baseline, object to: writes it, and gives it to the run. */
export function acceptToday({ options, isWhole, onWritten }: AcceptTodayOptions) {
  const { file } = options.baseline
  return async (verdicts: readonly Verdict[]): Promise<Baseline> => {
    const [fault, ...more] = faultsOf(verdicts.map(({ image }) => image))
    if (fault !== undefined) {
      const others = more.length > 0 ? `, and ${plural(more.length, 'other')} neither` : ''
      throw new CliError(
        `Expected a verdict on every image for a baseline but there is none on ${fault.replace(/\.$/, '')}${others}.`,
      )
    }
    const { weights } = scoreIdentity(options.scorer).model
    // One that cannot be read is what a new one is asked for.
    const before = await (isWhole ? readBaseline(file).catch(() => undefined) : readBaseline(file))
    const kept = isWhole || !before ? [] : unseen(before, weights, verdicts)
    const today = { weights, images: [...baselineOf(verdicts, weights).images, ...kept] }
    await writeBaseline(file, today)
    onWritten(changeOf(before?.images ?? [], today.images))
    return today
  }
}

function unseen({ weights, images }: Baseline, ours: string, verdicts: readonly Verdict[]): BaselineEntry[] {
  if (weights !== ours) {
    throw new CliError(
      'Expected a baseline of the same weights to change a part of but it has scores of others: run "diqa baseline" for all images.',
    )
  }
  const seen = new Set(verdicts.map(({ path }) => path))
  return images.filter(({ path }) => !seen.has(path))
}

function changeOf(before: readonly BaselineEntry[], after: readonly BaselineEntry[]): BaselineChange {
  const keys = (entries: readonly BaselineEntry[]) => new Set(entries.map(({ path, sha256 }) => `${sha256} ${path}`))
  const [old, now] = [keys(before), keys(after)]
  const missingIn = (others: Set<string>, own: Set<string>) => [...own].filter((key) => !others.has(key)).length
  return { accepted: now.size, added: missingIn(old, now), removed: missingIn(now, old) }
}

/** One sentence. */
export function changeText({ accepted, added, removed }: BaselineChange, shown: string): string {
  const verb = accepted === 1 ? 'is' : 'are'
  return `${plural(accepted, 'image')} ${verb} accepted in ${shown} (${added} added, ${removed} removed).`
}
