import { isDeepStrictEqual } from 'node:util'
import {
  type Collector,
  type CollectorDependencies,
  createCollector,
  createReport,
  type DiqaOptions,
  type GateMessage,
  type GateResult,
  loadOptions,
  type Report,
  writeReports,
} from '@diqa/gate'

/** What is to be said of a compiler's images. */
export interface Conclusion {
  /** Without what another compiler of the build says already. */
  messages: GateMessage[]
  result: GateResult
}

/** Those that no compiler has begun yet. */
const waiting = new Set<SharedBuild>()

/**
 * The build that a compiler belongs to. The compilers of a multi-compiler know nothing of each other: those that are
 * configured alike, and are all there before the first of them begins, are taken for one.
 */
export function joinBuild(options: DiqaOptions, root: string): SharedBuild {
  const found = [...waiting].find((build) => build.root === root && isDeepStrictEqual(build.options, options))
  const build = found ?? new SharedBuild(options, root)
  waiting.add(build)
  return build
}

/** Compilers that share scores, reports, and what there is to say. Each has a scope of its own. */
export class SharedBuild {
  readonly #results = new Map<string, GateResult>()
  readonly #running = new Set<string>()
  #compilers = 0
  #dependencies: CollectorDependencies = {}
  #collector: Promise<Collector> | undefined
  #written: Promise<unknown> = Promise.resolve()

  constructor(
    readonly options: DiqaOptions,
    readonly root: string,
  ) {}

  /** @returns the scope of a new compiler */
  enter(): string {
    this.#compilers += 1
    return String(this.#compilers)
  }

  /** A compiler begins, or begins again. */
  begin(scope: string, dependencies: CollectorDependencies): void {
    waiting.delete(this)
    this.#dependencies = dependencies
    this.#running.add(scope)
    this.#results.delete(scope)
    // It is asked for once there are assets; until then a failure is no unhandled rejection.
    this.collector().catch(() => {})
  }

  /** @throws UsageError (rejects) when the options are wrong */
  collector(): Promise<Collector> {
    this.#collector ??= loadOptions(this.options, { cwd: this.root }).then((options) =>
      createCollector(options, this.#dependencies),
    )
    return this.#collector
  }

  async finish(scope: string): Promise<Conclusion> {
    const collector = await this.collector()
    const result = await collector.finish({ scope })
    // What this compiler has said itself, it says again.
    this.#results.delete(scope)
    const said = new Set([...this.#results.values()].flatMap(({ messages }) => messages.map(({ text }) => text)))
    this.#results.set(scope, result)
    const messages = result.messages.filter(({ verdict, text }) => verdict && !said.has(text))
    // What no image matches yet, those of the next compiler may.
    const unusedExemptions = this.#results.size === this.#compilers ? result.unusedExemptions : []
    return { messages: [...messages, ...this.#aboutNoImage()], result: { ...result, unusedExemptions } }
  }

  /** Of all that is known so far: a compiler that never ends takes no report from the others. */
  async writeReports(): Promise<void> {
    // Made now: a compiler that begins again, while another report is being written, forgets its result.
    const report = this.#report()
    // The compilers have one collector, which has the pictures of all.
    const { pictures } = [...this.#results.values()][0]!
    const { options } = await this.collector()
    const write = () => writeReports(options.root, { report, ...(pictures ? { pictures } : {}) }, options)
    const written = this.#written.then(write)
    this.#written = written.catch(() => {})
    await written
  }

  /** Ends the threads once no compiler runs. */
  async end(scope: string): Promise<void> {
    this.#running.delete(scope)
    const collector = await this.#collector?.catch(() => undefined)
    if (this.#running.size === 0) await collector?.dispose()
  }

  /** That there is no image is said when every compiler is done and none has one: servers' builds rarely do. */
  #aboutNoImage(): GateMessage[] {
    const results = [...this.#results.values()]
    const messages = results.map((result) => result.messages.filter(({ verdict }) => !verdict))
    const isSaid = results.length === this.#compilers && messages.every(({ length }) => length > 0)
    return isSaid ? messages[0]! : []
  }

  #report(): Report {
    const reports = [...this.#results.values()].map(({ report }) => report)
    const [first, ...others] = reports
    if (others.length === 0) return first!
    // What two compilers emit alike is one image.
    const images = new Map(
      reports
        .flatMap((report) => report.images)
        .map((image) => [`${image.path}\0${image.output}\0${image.sha256}`, image]),
    )
    return createReport({
      tool: first!.tool,
      model: first!.model,
      engine: (reports.find(({ engine }) => engine.name !== 'none') ?? first!).engine,
      images: [...images.values()],
      durationMs: Math.max(...reports.map(({ summary }) => summary.durationMs)),
      inlined: reports.reduce((sum, { summary }) => sum + (summary.inlined ?? 0), 0),
    })
  }
}
