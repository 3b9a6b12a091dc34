import { checkOptions, type DiqaOptions } from '@diqa/gate'
import type { Compilation, Compiler, Stats } from 'webpack'
import { NAME } from '../name.js'
import { cacheDirectoryOf } from './cache-directory.js'
import { faultText, problem } from './problem.js'
import { Session, type Surroundings } from './session.js'
import { joinBuild } from './shared-build.js'

/** How the bundler's log names us. */
const LOGGER = 'diqa'

/** A plugin for webpack, and for what has its hooks. */
export interface WebpackFamilyPlugin {
  name: string
  apply(compiler: Compiler): void
}

/** Makes the plugin. @throws UsageError for options that are wrong, where they are written */
export function webpackFamilyPlugin(options: DiqaOptions = {}, surroundings: Surroundings = {}): WebpackFamilyPlugin {
  checkOptions(options)
  return {
    name: NAME,
    apply(compiler) {
      if (options.enabled !== false) attach(compiler, options, surroundings)
    },
  }
}

function attach(compiler: Compiler, options: DiqaOptions, surroundings: Surroundings): void {
  const build = joinBuild(options, compiler.context)
  const scope = build.enter()
  const logger = surroundings.logger ?? compiler.getInfrastructureLogger(LOGGER)
  const session = new Session(compiler, build, scope, { ...surroundings, logger })

  // Child compilers do not inherit thisCompilation; their assets are among their parent's.
  compiler.hooks.thisCompilation.tap(LOGGER, (compilation) => {
    build.begin(scope, { cacheDirectory: cacheDirectoryOf(compiler), logger })
    const stage = compiler.webpack.Compilation.PROCESS_ASSETS_STAGE_REPORT
    const log = surroundings.logger ?? compilation.getLogger(LOGGER)
    compilation.hooks.processAssets.tapPromise({ name: LOGGER, stage }, () =>
      withoutThrowing(compilation, () => session.look(compilation, log)),
    )
  })
  // After output.clean, and also where errors keep webpack from emitting anything.
  compiler.hooks.done.tapPromise(LOGGER, ({ compilation }: Stats) =>
    withoutThrowing(compilation, async () => {
      await session.conclude(compilation)
      if (!compiler.watchMode) await build.end(scope)
    }),
  )
  compiler.hooks.failed.tap(LOGGER, () => void build.end(scope))
  compiler.hooks.watchClose.tap(LOGGER, () => {
    session.forget()
    void build.end(scope)
  })
  compiler.hooks.shutdown.tapPromise(LOGGER, () => build.end(scope))
}

/** To throw in a hook would end the build and lose its report: https://github.com/webpack-contrib/eslint-loader/issues/152 */
async function withoutThrowing(compilation: Compilation, action: () => Promise<void>): Promise<void> {
  const { compiler, errors, warnings } = compilation
  try {
    await action()
  } catch (error) {
    const list = compiler.watchMode ? warnings : errors
    list.push(problem(compiler, 'error', [faultText(error)]))
  }
}
