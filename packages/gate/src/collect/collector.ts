import { availableParallelism } from 'node:os'
import { isAbsolute, relative, resolve, sep } from 'node:path'
import type { Scorer, ScorerOptions } from '@diqa/core'
import { type ScoreIdentity, scoreIdentity, UsageError } from '@diqa/core/light'
import { accept } from '../baseline/accept.js'
import { type Baseline, readBaseline } from '../baseline/baseline-file.js'
import { openCache } from '../cache/open-cache.js'
import type { Exemption } from '../config/options.js'
import type { ResolvedOptions } from '../config/resolve-options.js'
import { createReport } from '../create-report.js'
import { showsImages } from '../format/load-format.js'
import { type BuildFindings, type GateResult, gateResult } from '../gate-result.js'
import type { Logger } from '../logger.js'
import { pictureMaker, pictureOptions } from '../pictures/cached-pictures.js'
import type { ReportTool } from '../report.js'
import { toolVersion } from '../tool-version.js'
import { anyMatcher } from '../verdict/glob.js'
import { type Case, judge } from '../verdict/judge.js'
import { compileRules } from '../verdict/rules.js'
import { variantOf } from '../verdict/variants.js'
import type { Verdict } from '../verdict/verdict.js'
import { Groups } from './groups.js'
import { type Content, type Outcome, Scores } from './scores.js'

/** An image that a bundler emits or copies. */
export interface AddedImage {
  /** Where it goes, relative to the output folder. */
  name: string
  /** The file it was made from, where that is known: absolute, or relative to the root. Its bytes spare us reading it. */
  source?: { path: string; bytes?: Uint8Array | undefined } | undefined
  /** What is shipped. */
  bytes?: Uint8Array | undefined
  /** Instead of bytes: the absolute path of a file that has them. */
  file?: string | undefined
  /** It is judged where it lies, and goes by its name relative to the root, also where its source is known. */
  inPlace?: boolean | undefined
  /** It is written into a script or style sheet: `inlined` of the options decides what becomes of it. */
  inlined?: boolean | undefined
  /** One sentence that a reader of its score should know: the report has it. */
  note?: string | undefined
  /** Keeps apart what goes by the same name: the environment, the configuration, the output folder. @default '' */
  scope?: string | undefined
}

/** A page that a bundler emits. */
export interface AddedPage {
  /** Where it goes, relative to the output folder. */
  name: string
  html: string
  /** That of its images. @default '' */
  scope?: string | undefined
}

/** What a collector can be given by adapters and tests. */
export interface CollectorDependencies {
  /** The bundler's own cache folder, absolute; `cache.dir` of the options comes first. */
  cacheDirectory?: string | undefined
  logger?: Logger | undefined
  /** @default createScorer of the core, loaded when it is needed */
  createScorer?: ((options: ScorerOptions) => Promise<Scorer>) | undefined
  /** @default that of the core's model */
  identity?: ScoreIdentity | undefined
  /** Who writes the reports. @default diqa */
  tool?: ReportTool | undefined
  /** Hears of each image when its scores are known, or why they cannot be. */
  onSettled?: ((path: string, error?: unknown) => void) | undefined
}

/** What {@link Collector.finish} can be asked for. */
export interface FinishOptions {
  /** Only the images of this scope. */
  scope?: string | undefined
  /** Do not wait: judge what is known by now. The report is marked as partial. */
  partial?: boolean | undefined
  /** Makes the baseline from the verdicts without one. @default reads the one that the options name */
  baseline?: ((verdicts: readonly Verdict[]) => Promise<Baseline>) | undefined
}

/** Gathers a build's images, scores them while the bundler goes on, and judges them. Made by {@link createCollector}. */
export interface Collector {
  readonly options: ResolvedOptions
  /** Whether an image by this name or source is looked at: spares the reading of what is not. */
  accepts(name: string, source?: string): boolean
  /**
   * Takes an image; scoring begins at once. What was added by the same name and scope is replaced.
   *
   * @returns resolves when more bytes are welcome; await it where many are read
   */
  add(image: AddedImage): Promise<void>
  /** Takes a page: images that one `srcset` of it names are variants of one picture. It may come before or after them. */
  addPage(page: AddedPage): Promise<void>
  /** Counts an image that there are no bytes of. */
  count(image: { name: string; kind: 'inlined'; scope?: string | undefined }): void
  /** Forgets an image, not its score. */
  remove(name: string, scope?: string): void
  /** Forgets the images of a scope, or all of them; not their scores. For the start of each watch cycle. */
  clear(scope?: string): void
  /**
   * Waits for the scores and judges all images, or those of one scope. More may be added afterwards.
   *
   * @throws UsageError (rejects) when no scorer can be made
   */
  finish(of?: FinishOptions): Promise<GateResult>
  /**
   * Waits for the score of one image and judges it alone, while others are still to come; for bundlers that hand on one
   * file at a time.
   *
   * @returns undefined for an image that was not added, or is not looked at
   * @throws UsageError (rejects) when no scorer can be made
   */
  judge(name: string, scope?: string): Promise<GateResult | undefined>
  /** Ends threads and writes the cache. The collector can be used again: it starts anew what it needs. */
  dispose(): Promise<void>
}

interface Entry {
  one: Omit<Case, 'result' | 'source' | 'cached'>
  /** All that rules and exemptions may know it by: of one that is judged where it lies, its source's too. */
  names: string[]
  scope: string
  /** In which it was added, or judged last: the end of another scope's does not make it cached. */
  round: number
  result?: Promise<(round: number) => Outcome>
  source?: Promise<(round: number) => Outcome>
  settled: boolean
}

/** What only a build as a whole can tell. */
interface BuildFacts {
  /** When the first of its scopes was begun. */
  began: number
  inlined: number
  groups: Groups
  unusedExemptions: Exemption[]
}

/** Makes the collector that an adapter keeps for as long as its bundler lives: across environments and watch cycles. */
export function createCollector(options: ResolvedOptions, dependencies: CollectorDependencies = {}): Collector {
  const { cacheDirectory, logger, onSettled = () => {}, tool = { name: 'diqa', version: toolVersion() } } = dependencies
  const createScorer = dependencies.createScorer ?? loadScorer
  let known: ScoreIdentity | undefined = dependencies.identity
  const identity = () => {
    known ??= scoreIdentity(options.scorer)
    return known
  }
  const pictures = options.reports.some(({ format }) => showsImages(format))
    ? pictureMaker({
        ...pictureOptions(options, cacheDirectory),
        identity: () => identity().digest,
        openScorer: (): Promise<Scorer> => scores.openScorer(),
      })
    : undefined
  const scores = new Scores({
    openCache: () => openCache(options, { digest: identity().digest, directory: cacheDirectory, logger }),
    createScorer: () => createScorer(options.scorer),
    concurrency: options.scorer.concurrency ?? availableParallelism(),
    look: pictures && (async (...seen) => (await pictures()).look(...seen)),
  })

  const included = anyMatcher(options.include)
  const excluded = anyMatcher(options.exclude)
  const ruleFor = compileRules(options.rules)
  const exemptions = options.exempt.map((exemption) => ({ exemption, matches: anyMatcher([exemption.files].flat()) }))

  const entries = new Map<string, Entry>()
  const inlined = new Map<string, { name: string; names: string[]; scope: string }>()
  /** By page, the names that the URLs of each picture may stand for. */
  const pages = new Map<string, { scope: string; sets: string[][][] }>()
  const started = new Map<string, number>()

  const pathOf = (path: string) => {
    const fromRoot = isAbsolute(path) ? relative(options.root, path) : path
    return sep === '/' ? fromRoot : fromRoot.split(sep).join('/')
  }
  const namesOf = (name: string, source?: string) => [...(source === undefined ? [] : [pathOf(source)]), name]
  const accepts = (names: string[]) => included(names) && !excluded(names)

  function want(content: Content, limit?: number): Promise<(round: number) => Outcome> {
    const outcome = scores.want(content, limit)
    // finish() tells of it; until then it is no unhandled rejection.
    outcome.catch(() => {})
    return outcome
  }

  function enter(image: AddedImage): void {
    const { source, scope = '' } = image
    const name = pathOf(image.name)
    const names = namesOf(name, source?.path)
    const key = keyOf(name, scope)
    entries.delete(key)
    inlined.delete(key)
    if (!accepts(image.inPlace ? [name] : names)) return
    if (image.inlined && options.inlined !== 'score') {
      if (options.inlined === 'count') inlined.set(key, { name, names, scope })
      return
    }

    const ruling = ruleFor(names)
    const exemption = exemptions.find(({ matches }) => matches(names))?.exemption
    const path = image.inPlace ? name : names[0]!
    // An inlined image is in no file of its own.
    const output = image.inlined || image.inPlace ? {} : { output: name }
    const entry: Entry = {
      one: { path, ...output, scope, group: variantOf(path), ruling, exemption, note: image.note },
      names,
      scope,
      round: scores.round,
      settled: false,
    }
    entries.set(key, entry)
    if (exemption || ruling.level === 'off') {
      settle(entry)
      return
    }
    entry.result = want(contentOf(image), Math.max(ruling.warn?.value ?? 0, ruling.error?.value ?? 0))
    if (source && ruling.maxDrop) {
      entry.source = want(source.bytes ? { bytes: source.bytes } : { file: resolve(options.root, source.path) })
    }
    Promise.all([entry.result, entry.source]).then(
      () => settle(entry),
      (error) => onSettled(path, error),
    )
  }

  function groups(): Groups {
    const found = new Groups()
    for (const { scope, sets } of pages.values()) {
      const entryAt = (places: string[]) =>
        places.map((place) => entries.get(keyOf(place, scope))).find((entry) => entry !== undefined)
      for (const set of sets) found.unite(set.flatMap((places) => entryAt(places)?.one.group ?? []))
    }
    return found
  }

  function unusedExemptions(): Exemption[] {
    if (exemptions.length === 0) return []
    const all = [...entries.values(), ...inlined.values()]
    return exemptions
      .filter(({ matches }) => !all.some(({ names }) => matches(names)))
      .map(({ exemption }) => exemption)
  }

  function settle(entry: Entry): void {
    entry.settled = true
    onSettled(entry.one.path)
  }

  async function conclude(asked: Entry[], build: BuildFacts, finish: FinishOptions = {}): Promise<GateResult> {
    const judged = await Promise.all(
      asked.map(async ({ one, round, result, source }) => {
        const [outcome, sourceOutcome] = [(await result)?.(round), (await source)?.(round)]
        const group = build.groups.of(one.group)
        const cached = outcome?.cached ?? false
        const results = { result: outcome?.result, source: sourceOutcome?.result, cached }
        return judge({ ...one, group, ...results }, options.onUndecodable)
      }),
    )
    const { verdicts, ...accepted } = await held(distinct(judged), finish.baseline)
    const report = createReport({
      tool,
      model: identity().model,
      engine: scores.scorer?.engine ?? { name: 'none', device: 'none', refused: [] },
      images: verdicts.map(({ image }) => image),
      durationMs: performance.now() - build.began,
      inlined: build.inlined,
      partial: finish.partial,
    })
    const result = gateResult(report, verdicts, options, { ...accepted, unusedExemptions: build.unusedExemptions })
    return pictures ? { ...result, pictures: async (of) => (await pictures()).pictures(of) } : result
  }

  /** The verdicts held against the baseline. One that cannot be read accepts nothing, and is said. */
  async function held(verdicts: Verdict[], make: FinishOptions['baseline']): Promise<Held> {
    if (!options.baseline) return { verdicts }
    const { file, tolerance } = options.baseline
    try {
      const baseline = await (make ? make(verdicts) : readBaseline(file))
      if (!baseline) return { verdicts }
      const { weights } = identity().model
      const { verdicts: judged, ...acceptance } = accept(verdicts, baseline, { tolerance, weights, name: pathOf(file) })
      return { verdicts: judged, acceptance }
    } catch (error) {
      if (make || !(error instanceof UsageError)) throw error
      return { verdicts, problem: error.message }
    }
  }

  return {
    options,
    accepts: (name, source) => accepts(namesOf(pathOf(name), source)),
    async add(image) {
      const { scope = '' } = image
      if (!started.has(scope)) started.set(scope, performance.now())
      enter(image)
      await scores.room()
    },
    async addPage({ name: page, html, scope = '' }) {
      const name = pathOf(page)
      pages.delete(keyOf(name, scope))
      if (!/srcset/i.test(html)) return
      // Few pages have one, and the parser takes time to load.
      const { pictureSets, placesOf } = await import('./picture-sets.js')
      const sets = pictureSets(html).map((urls) => urls.map((url) => placesOf(url, name)))
      pages.set(keyOf(name, scope), { scope, sets })
    },
    count(image) {
      const { scope = '' } = image
      const name = pathOf(image.name)
      if (options.inlined !== 'off') inlined.set(keyOf(name, scope), { name, names: [name], scope })
    },
    remove(name, scope = '') {
      const key = keyOf(pathOf(name), scope)
      entries.delete(key)
      inlined.delete(key)
    },
    clear(scope) {
      for (const [key, entry] of entries) if (scope === undefined || entry.scope === scope) entries.delete(key)
      for (const [key, of] of inlined) if (scope === undefined || of.scope === scope) inlined.delete(key)
      for (const [key, of] of pages) if (scope === undefined || of.scope === scope) pages.delete(key)
    },
    async finish({ scope, partial = false, baseline } = {}) {
      const isAsked = (of: string) => scope === undefined || of === scope
      const asked = [...entries.values()].filter((entry) => isAsked(entry.scope) && (entry.settled || !partial))
      const names = new Set([...inlined.values()].filter((of) => isAsked(of.scope)).map(({ name }) => name))
      // Known now: by the end another finish() may have stopped these clocks, and scopes may have begun anew.
      const clocks = [...started].filter(([of]) => isAsked(of))
      const build = {
        began: Math.min(performance.now(), ...clocks.map(([, time]) => time)),
        inlined: names.size,
        groups: groups(),
        unusedExemptions: unusedExemptions(),
      }
      const result = await conclude(asked, build, { partial, baseline })
      await scores.flush()
      scores.endRound()
      for (const entry of asked) entry.round = scores.round
      for (const [of, time] of clocks) if (started.get(of) === time) started.delete(of)
      return result
    },
    async judge(name, scope = '') {
      const entry = entries.get(keyOf(pathOf(name), scope))
      const build = { began: performance.now(), inlined: 0, groups: new Groups(), unusedExemptions: [] }
      return entry && conclude([entry], build)
    },
    dispose: () => scores.dispose(),
  }
}

interface Held extends BuildFindings {
  verdicts: Verdict[]
}

function contentOf({ name, bytes, file }: AddedImage): Content {
  if (bytes) return { bytes }
  if (file) return { file }
  throw new UsageError(`Expected bytes or a file for the image "${name}" but received neither.`)
}

function keyOf(name: string, scope: string): string {
  return `${scope}\0${name}`
}

/** What two scopes emit alike is one image: a client's and a server's build often share their assets. */
function distinct(verdicts: Verdict[]): Verdict[] {
  const keyed = verdicts.map((verdict) => {
    const { path, output, sha256 } = verdict.image
    return [JSON.stringify([path, output, sha256]), verdict] as const
  })
  return [...new Map(keyed).values()]
}

async function loadScorer(options: ScorerOptions): Promise<Scorer> {
  const { createScorer } = await import('@diqa/core')
  return createScorer(options)
}
