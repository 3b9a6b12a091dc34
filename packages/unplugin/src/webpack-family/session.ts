import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { type AddedImage, type AddedPage, addFolder, formatSummary, type GateMessage } from '@diqa/gate'
import type { Compilation, Compiler } from 'webpack'
import { changedSince, imagesOf, pagesOf } from './images.js'
import { faultText, lateText, problem } from './problem.js'
import type { Conclusion, SharedBuild } from './shared-build.js'

/** What a bundler over webpack or Rspack does beside their assets. */
export interface Surroundings {
  /** Folders that it copies as they are; absolute. @default none */
  publicFolders?: readonly string[]
  /** Where it shows what is no warning or error of a compilation. @default the loggers of compilation and compiler */
  logger?: FamilyLogger | undefined
}

/** A logger by level, as all of them have it. */
export type FamilyLogger = Record<'error' | 'warn' | 'info' | 'debug', (text: string) => void>

/** A compiler's compilations, one after the other: each time, its images are looked at and what is found is told. */
export class Session {
  readonly #compiler: Compiler
  readonly #build: SharedBuild
  readonly #scope: string
  readonly #publicFolders: readonly string[]
  readonly #logger: FamilyLogger
  #cycle = 0
  /** While scores follow a build that did not wait for them. */
  #behind: Promise<void> | undefined
  /** Of the images that this compilation was judged by. */
  #sizes: Map<string, number> | undefined

  constructor(
    compiler: Compiler,
    build: SharedBuild,
    scope: string,
    { publicFolders = [], logger }: Surroundings & { logger: FamilyLogger },
  ) {
    this.#compiler = compiler
    this.#build = build
    this.#scope = scope
    this.#publicFolders = publicFolders
    this.#logger = logger
  }

  /** Scores what a compilation is about to emit. @throws UsageError (rejects) where that cannot be done */
  async look(compilation: Compilation, log: Pick<FamilyLogger, 'info'>): Promise<void> {
    this.#cycle += 1
    this.#sizes = undefined
    const collector = await this.#build.collector()
    if (!collector.options.enabled) return
    const images = imagesOf(compilation, collector)
    const pages = pagesOf(compilation)
    // The first build of a watcher or a development server does not wait for scores: they follow in the log.
    if (this.#compiler.watchMode && (this.#cycle === 1 || this.#behind)) {
      // Their bytes are gone once they are emitted: https://github.com/webpack/webpack/issues/9299
      this.#behind = this.#follow([...images], pages, this.#cycle, this.#behind)
      return
    }
    const sizes = new Map<string, number>()
    const { messages, result } = await this.#judge(noting(images, sizes), pages)
    this.#sizes = sizes
    this.#tell(compilation, messages)
    log.info(formatSummary(result))
  }

  /** Writes the reports of what was judged, once everything is emitted. */
  async conclude(compilation: Compilation): Promise<void> {
    if (!this.#sizes) return
    const late = changedSince(this.#sizes, compilation)
    if (late.length > 0) compilation.warnings.push(problem(this.#compiler, 'warn', [lateText(late)]))
    await this.#build.writeReports()
  }

  /** What is still being scored is of no more interest. */
  forget(): void {
    this.#cycle += 1
  }

  async #judge(images: Iterable<AddedImage>, pages: readonly AddedPage[]): Promise<Conclusion> {
    const [collector, scope] = [await this.#build.collector(), this.#scope]
    collector.clear(scope)
    for (const image of images) await collector.add({ ...image, scope })
    for (const page of pages) await collector.addPage({ ...page, scope })
    const folders = collector.options.includePublic ? this.#publicFolders : []
    const copied = {
      ...collector,
      accepts: (...of: [string, string?]) => this.#isCopied(of[0]) && collector.accepts(...of),
    }
    for (const folder of folders) await addFolder(copied, folder, { isSource: true, scope })
    return this.#build.finish(scope)
  }

  /** Public folders are copied before anything is compiled, but for what is to be ignored. A server copies nothing. */
  #isCopied(name: string): boolean {
    return this.#compiler.watchMode || existsSync(join(this.#compiler.outputPath, name))
  }

  #tell(compilation: Compilation, messages: GateMessage[]): void {
    // Where something else is broken, its images may be missing for that.
    const isBroken = compilation.errors.length > 0
    const said = messages.filter(({ verdict }) => verdict || !isBroken)
    const errors = this.#compiler.watchMode ? [] : said.filter(({ severity }) => severity === 'error')
    const warnings = said.filter((message) => !errors.includes(message))
    if (errors.length > 0) compilation.errors.push(problem(this.#compiler, 'error', textsOf(errors)))
    if (warnings.length > 0) compilation.warnings.push(problem(this.#compiler, 'warn', textsOf(warnings)))
  }

  /** Never rejects: nobody waits for it. */
  async #follow(images: AddedImage[], pages: AddedPage[], cycle: number, previous?: Promise<void>): Promise<void> {
    await previous
    const isOld = () => cycle !== this.#cycle
    if (isOld()) return
    try {
      const { messages, result } = await this.#judge(images, pages)
      if (isOld()) return
      try {
        await this.#build.writeReports()
      } finally {
        // A report that cannot be written takes none of the messages with it.
        for (const { text } of messages) this.#logger.warn(text)
        this.#logger.info(formatSummary(result))
      }
    } catch (error) {
      if (!isOld()) this.#logger.error(faultText(error))
    } finally {
      if (!isOld()) this.#behind = undefined
    }
  }
}

function* noting(images: Iterable<AddedImage>, sizes: Map<string, number>): Generator<AddedImage> {
  for (const image of images) {
    if (!image.inlined) sizes.set(image.name, image.bytes!.length)
    yield image
  }
}

function textsOf(messages: readonly GateMessage[]): string[] {
  return messages.map(({ text }) => text)
}
