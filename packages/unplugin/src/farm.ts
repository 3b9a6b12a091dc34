import { checkOptions, type DiqaOptions } from '@diqa/gate'
import type { JsPlugin } from '@farmfe/core'
import { FarmSession } from './farm-session.js'
import { NAME } from './name.js'

export type { DiqaOptions } from '@diqa/gate'

/**
 * Scores the images that a Farm build emits, and those of its public folder, and warns or fails. Farm 1.
 *
 * @param options what `diqa.config` does not say, or says otherwise
 * @throws UsageError for options that are wrong
 */
export function diqa(options: DiqaOptions = {}): JsPlugin {
  checkOptions(options)
  let session: FarmSession | undefined
  return {
    name: NAME,
    configResolved(config) {
      session = new FarmSession(options, config)
    },
    configureCompiler(compiler) {
      session!.compiler = compiler
    },
    // The last hook that Farm waits for: resources have their final bytes, and are not written yet.
    finish: { executor: () => session!.finish() },
    updateFinished: { executor: () => session!.update() },
  }
}

export { diqa as default, diqa as 'module.exports' }
