import { type AddedImage, addFolder, checkOptions, type DiqaOptions, formatSummary } from '@diqa/gate'
import type { Compilation, Compiler, Stats } from 'webpack'
import { cacheDirectoryOf } from './cache-directory.js'
import { changedSince, imagesOf } from './images.js'
import { faultText, lateText, problem } from './problem.js'
import { type Conclusion, joinBuild } from './shared-build.js'

const NAME = 'diqa'

/** What a bundler over webpack or Rspack does beside their assets. */
export interface Surroundings {
  /** Folders that it copies as they are; absolute. @default none */
  publicFolders?: readonly string[]
}

/** A plugin for webpack, and for what has its hooks. */
export interface WebpackFamilyPlugin {
  name: string
  apply(compiler: Compiler): void
}

/** Makes the plugin. @throws UsageError for options that are wrong, where they are written */
export function webpackFamilyPlugin(
  options: DiqaOptions = {},
  { publicFolders = [] }: Surroundings = {},
): WebpackFamilyPlugin {
  checkOptions(options)
  return {
    name: 'unplugin-diqa',
    apply(compiler) {
      if (options.enabled !== false) attach(compiler, options, publicFolders)
    },
  }
}

function attach(compiler: Compiler, options: DiqaOptions, publicFolders: readonly string[]): void {
  const build = joinBuild(options, compiler.context)
  const scope = build.enter()
  const logger = compiler.getInfrastructureLogger(NAME)
  let cycle = 0
  let behind: Promise<void> | undefined
  let isJudged = false
  let sizes = new Map<string, number>()

  async function judge(images: Iterable<AddedImage>): Promise<Conclusion> {
    const collector = await build.collector()
    for (const image of images) {
      if (!image.inlined) sizes.set(image.name, image.bytes!.length)
      await collector.add({ ...image, scope })
    }
    const folders = collector.options.includePublic ? publicFolders : []
    for (const folder of folders) await addFolder(collector, folder, { isSource: true, scope })
    return build.finish(scope)
  }

  async function look(compilation: Compilation): Promise<void> {
    cycle += 1
    isJudged = false
    sizes = new Map()
    const collector = await build.collector()
    if (!collector.options.enabled) return
    collector.clear(scope)
    const images = imagesOf(compilation, collector)
    // The first build of a watcher or a development server does not wait for scores: they follow in the log.
    if (compiler.watchMode && (cycle === 1 || behind)) {
      // Their bytes are gone once they are emitted: https://github.com/webpack/webpack/issues/9299
      behind = follow([...images], cycle)
      return
    }
    const { messages, result } = await judge(images)
    isJudged = true
    // Where something else is broken, its images may be missing for that.
    const isBroken = compilation.errors.length > 0
    const said = messages.filter(({ verdict }) => verdict || !isBroken)
    const errors = compiler.watchMode ? [] : said.filter(({ severity }) => severity === 'error')
    const warnings = said.filter((message) => !errors.includes(message))
    if (errors.length > 0) compilation.errors.push(problem(compiler, 'error', textsOf(errors)))
    if (warnings.length > 0) compilation.warnings.push(problem(compiler, 'warn', textsOf(warnings)))
    compilation.getLogger(NAME).info(formatSummary(result))
  }

  async function follow(images: AddedImage[], of: number): Promise<void> {
    try {
      const { messages, result } = await judge(images)
      await build.writeReports()
      if (of !== cycle) return
      for (const { text } of messages) logger.warn(text)
      logger.info(formatSummary(result))
    } catch (error) {
      logger.error(faultText(error))
    } finally {
      if (of === cycle) behind = undefined
    }
  }

  /** To throw in a hook would end the build and lose its report: https://github.com/webpack-contrib/eslint-loader/issues/152 */
  async function withoutThrowing(compilation: Compilation, action: () => Promise<void>): Promise<void> {
    try {
      await action()
    } catch (error) {
      const list = compiler.watchMode ? compilation.warnings : compilation.errors
      list.push(problem(compiler, 'error', [faultText(error)]))
    }
  }

  // Child compilers do not inherit thisCompilation; their assets are among their parent's.
  compiler.hooks.thisCompilation.tap(NAME, (compilation) => {
    build.begin(scope, { cacheDirectory: cacheDirectoryOf(compiler), logger })
    const stage = compiler.webpack.Compilation.PROCESS_ASSETS_STAGE_REPORT
    compilation.hooks.processAssets.tapPromise({ name: NAME, stage }, () =>
      withoutThrowing(compilation, () => look(compilation)),
    )
  })
  // After output.clean, and also where errors keep webpack from emitting anything.
  compiler.hooks.done.tapPromise(NAME, ({ compilation }: Stats) =>
    withoutThrowing(compilation, async () => {
      const late = isJudged ? changedSince(sizes, compilation) : []
      if (late.length > 0) compilation.warnings.push(problem(compiler, 'warn', [lateText(late)]))
      if (isJudged) await build.writeReports()
      if (!compiler.watchMode) await build.end(scope)
    }),
  )
  compiler.hooks.failed.tap(NAME, () => void build.end(scope))
  compiler.hooks.watchClose.tap(NAME, () => void build.end(scope))
  compiler.hooks.shutdown.tapPromise(NAME, () => build.end(scope))
}

function textsOf(messages: readonly { text: string }[]): string[] {
  return messages.map(({ text }) => text)
}
