import type { DiqaOptions } from '@diqa/gate'
import type { Plugin } from 'rolldown'
import { rollupFamilyPlugin } from './rollup-family/plugin.js'

export type { DiqaOptions } from '@diqa/gate'

/**
 * Scores the images that a Rolldown build emits or copies, once they are written, and warns or fails. Rolldown 1.
 *
 * @param options what `diqa.config` does not say, or says otherwise
 */
export function diqa(options: DiqaOptions = {}): Plugin {
  return rollupFamilyPlugin(options)
}

export { diqa as default, diqa as 'module.exports' }
