import type { DiqaOptions } from '@diqa/gate'
import type { Plugin } from 'rollup'
import { BuildGate, NAME } from './rollup-family/build-gate.js'

export type { DiqaOptions } from '@diqa/gate'

/**
 * Scores the images that a Rollup build emits or copies, once they are written, and warns or fails. Rollup 4.
 *
 * @param options what `diqa.config` does not say, or says otherwise
 */
export function diqa(options: DiqaOptions = {}): Plugin {
  let gate: Promise<BuildGate> | undefined
  return {
    name: NAME,
    buildStart: {
      order: 'pre',
      async handler() {
        gate ??= BuildGate.open(options, process.cwd())
        const opened = await gate
        opened.start(this)
      },
    },
    writeBundle: {
      // After whoever writes images here, and not in closeBundle, where an error would hide the one that ended the build.
      order: 'post',
      sequential: true,
      async handler(output, bundle) {
        const opened = await gate
        await opened?.look(this, output, bundle, { info: (message) => this.info(message) })
      },
    },
  }
}

export { diqa as default, diqa as 'module.exports' }
