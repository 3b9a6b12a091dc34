import type { DiqaOptions } from '@diqa/gate'
import type { RspackPluginInstance } from '@rspack/core'
import { webpackFamilyPlugin } from './webpack-family/plugin.js'

/**
 * Scores every image that Rspack 1 or 2 emits: `plugins: [diqa({ … })]`.
 *
 * @throws UsageError for options that are wrong
 */
function diqa(options?: DiqaOptions): RspackPluginInstance {
  // Rspack has the hooks of webpack.
  return webpackFamilyPlugin(options) as unknown as RspackPluginInstance
}

export type { DiqaOptions }
export default diqa
// require() gives the function itself: https://nodejs.org/api/modules.html#loading-ecmascript-modules-using-require
export { diqa as 'module.exports' }
