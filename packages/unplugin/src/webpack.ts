import type { DiqaOptions } from '@diqa/gate'
import type { WebpackPluginInstance } from 'webpack'
import { webpackFamilyPlugin } from './webpack-family/plugin.js'

/**
 * Scores every image that webpack 5 emits: `plugins: [diqa({ … })]`.
 *
 * @throws UsageError for options that are wrong
 */
function diqa(options?: DiqaOptions): WebpackPluginInstance {
  return webpackFamilyPlugin(options)
}

export type { DiqaOptions }
export default diqa
// require() gives the function itself: https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
export { diqa as 'module.exports' }
