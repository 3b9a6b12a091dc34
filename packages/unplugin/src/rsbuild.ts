import { resolve } from 'node:path'
import { checkOptions, type DiqaOptions } from '@diqa/gate'
import type { EnvironmentContext, RsbuildPlugin, RsbuildPluginAPI, Rspack } from '@rsbuild/core'
import { NAME } from './name.js'
import { webpackFamilyPlugin } from './webpack-family/plugin.js'
import type { FamilyLogger } from './webpack-family/session.js'

/**
 * Scores every image that Rsbuild emits, and those in its public folders: `plugins: [diqa({ … })]`.
 *
 * @throws UsageError for options that are wrong
 */
function diqa(options: DiqaOptions = {}): RsbuildPlugin {
  checkOptions(options)
  return {
    name: NAME,
    setup(api) {
      const logger = loggerOf(api)
      // Each environment has a compiler of its own.
      api.modifyRspackConfig((_config, { appendPlugins, environment }) => {
        const publicFolders = publicFoldersOf(environment, api.context.rootPath)
        appendPlugins(webpackFamilyPlugin(options, { publicFolders, logger }) as unknown as Rspack.RspackPluginInstance)
      })
    },
  }
}

/** Rsbuild shows neither the loggers of compilations nor, below errors, the infrastructure's. */
function loggerOf({ logger }: Partial<RsbuildPluginAPI>): FamilyLogger | undefined {
  // Early releases of version 1 have none.
  if (!logger) return undefined
  const by = (level: keyof FamilyLogger) => (text: string) => logger[level](`diqa: ${text}`)
  return { error: by('error'), warn: by('warn'), info: by('info'), debug: by('debug') }
}

/** The folders that Rsbuild copies into the output of an environment. */
function publicFoldersOf({ config }: EnvironmentContext, root: string): string[] {
  // `false` in version 1, none in version 2.
  const folders = [config.server.publicDir || []].flat()
  const copied = folders.filter(
    ({ copyOnBuild }) => copyOnBuild === true || (copyOnBuild === 'auto' && config.output.target !== 'node'),
  )
  return copied.map(({ name }) => resolve(root, name))
}

export type { DiqaOptions }
export default diqa
// require() gives the function itself: https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
export { diqa as 'module.exports' }
