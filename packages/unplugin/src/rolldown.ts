import type { DiqaOptions } from '@diqa/gate'
import type { Plugin } from 'rolldown'
import { BuildGate, NAME } from './rollup-family/build-gate.js'

export type { DiqaOptions } from '@diqa/gate'

/**
 * Scores the images that a Rolldown build emits or copies, once they are written, and warns or fails. Rolldown 1.
 *
 * @param options what `diqa.config` does not say, or says otherwise
 */
export function diqa(options: DiqaOptions = {}): Plugin {
  let gate: Promise<BuildGate> | undefined
  return {
    name: NAME,
    buildStart: {
      order: 'pre',
      async handler({ cwd }) {
        gate ??= BuildGate.open(options, cwd)
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
