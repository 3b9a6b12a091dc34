import {
  type Collector,
  createCollector,
  type DiqaOptions,
  formatSummary,
  type GateResult,
  loadOptions,
  writeReports,
} from '@diqa/gate'
import type { BuildOptions, BuildResult, Plugin, PluginBuild } from 'esbuild'
import { isCalledBy, type Messages, PLUGIN, print, said } from './esbuild-messages.js'
import { emittedFiles, type Folders, foldersOf, inlinedFiles } from './esbuild-outputs.js'

/** What esbuild does not tell a plugin. */
export interface EsbuildContext {
  /**
   * The build is for a developer, not for a gate: nothing is worse than a warning. Without it, that holds from the second
   * build of a context on; set it where the first is `context.serve()`'s, which would answer with our errors.
   * @default false
   */
  dev?: boolean | undefined
}

/**
 * The plugin for esbuild. After the plugins that change images, in the list.
 *
 * @example
 * await build({ entryPoints: ['src/main.js'], bundle: true, outdir: 'dist', plugins: [diqa()] })
 */
function diqa(options: DiqaOptions = {}, { dev = false }: EsbuildContext = {}): Plugin {
  const session = createSession(options)
  return {
    name: PLUGIN,
    setup(build) {
      if (options.enabled !== false) watchOver(build, session, dev)
    },
  }
}

/** What all builds of one plugin object share: with it in a client's and a server's build, nothing is scored twice. */
interface Session {
  open(cwd: string): Promise<Collector>
  builds: number
  /** Builds whose images are not known yet. */
  running: Set<string>
  /** How many await their scores. */
  concluding: number
}

function createSession(options: DiqaOptions): Session {
  let opened: Promise<Collector> | undefined
  return {
    open(cwd) {
      opened ??= loadOptions(options, { cwd }).then((resolved) => createCollector(resolved))
      return opened
    },
    builds: 0,
    running: new Set(),
    concluding: 0,
  }
}

function watchOver(build: PluginBuild, session: Session, dev: boolean): void {
  const { initialOptions } = build
  initialOptions.metafile = true
  const folders = foldersOf(initialOptions)
  const { cwd } = folders
  session.builds += 1
  const scope = String(session.builds)
  const isContext = isCalledBy('context')
  let finished = 0

  build.onStart(async () => {
    session.running.add(scope)
    // What is wrong with the options is said before the time for a build is spent.
    return said(async () => {
      await session.open(cwd)
      return {}
    }, isLenient())
  })

  build.onEnd(async (result) => {
    const lenient = isLenient()
    const isSaid = isContext || finished > 0
    finished += 1
    // What failed has no outputs, and its own errors to show.
    if (result.errors.length > 0) {
      session.running.delete(scope)
      return {}
    }
    session.concluding += 1
    const messages = await said(async () => {
      const collector = await session.open(cwd)
      const { enabled } = collector.options
      if (enabled) await gather(collector, result, folders, scope)
      session.running.delete(scope)
      return enabled ? conclude(collector, session, { scope, logLevel: initialOptions.logLevel }) : {}
    }, lenient).finally(() => {
      session.concluding -= 1
    })
    if (!isSaid) await print(messages, build)
    return messages
  })

  build.onDispose(() => {
    if (session.running.size > 0 || session.concluding > 0) return
    void session.open(cwd).then(
      (collector) => collector.dispose(),
      () => {},
    )
  })

  /** Only a context builds again: to watch or to serve. A first build may be the one that a pipeline waits for. */
  function isLenient(): boolean {
    return dev || finished > 0
  }
}

async function gather(collector: Collector, result: BuildResult, folders: Folders, scope: string): Promise<void> {
  collector.clear(scope)
  for (const image of [...emittedFiles(result, folders), ...inlinedFiles(result, folders)]) {
    const { name, source, bytes, file } = image
    if (!collector.accepts(name, source?.path)) continue
    if (bytes || file) await collector.add({ ...image, scope })
    else collector.count({ name, kind: 'inlined', scope })
  }
}

async function conclude(
  collector: Collector,
  session: Session,
  { scope, logLevel = 'warning' }: { scope: string; logLevel: BuildOptions['logLevel'] },
): Promise<Messages> {
  // Of all builds so far, because a report has one file; of this one, because each has its own messages.
  const all = await collector.finish()
  const own = session.builds > 1 ? await collector.finish({ scope }) : all
  // A report that cannot be written takes none of the messages with it.
  const unwritten = await said(async () => {
    await writeReports(collector.options.root, all, collector.options)
    return {}
  }, false)
  if (['info', 'debug', 'verbose'].includes(logLevel)) process.stderr.write(`${formatSummary(all)}\n`)
  // A server's build has no images where the client's has them.
  const others = all.counts.images > 0 || session.running.size > 0
  const messages = own.messages.filter(({ verdict }) => verdict || !others)
  const of = (severity: GateResult['messages'][number]['severity']) =>
    messages.filter((one) => one.severity === severity).map(({ text }) => ({ text }))
  return { errors: [...of('error'), ...(unwritten.errors ?? [])], warnings: of('warn') }
}

export type { DiqaOptions } from '@diqa/gate'
export { diqa as default, diqa as 'module.exports' }
