import { join } from 'node:path'
import type { DiqaOptions } from '@diqa/gate'
import type { Plugin, ResolvedConfig } from 'vite'
import { NAME } from './name.js'
import { BuildGate, closeGate } from './rollup-family/build-gate.js'

export type { DiqaOptions } from '@diqa/gate'

/**
 * Scores the images of a Vite build once they are written, and warns or fails. Vite 6, 7 and 8; not in the dev server.
 *
 * @param options what `diqa.config` does not say, or says otherwise
 */
export function diqa(options: DiqaOptions = {}): Plugin {
  let gate: Promise<BuildGate> | undefined
  let root: string | undefined
  let publicNote: string | undefined
  return {
    name: NAME,
    apply: 'build',
    enforce: 'post',
    // One for all environments: nothing is scored or said twice.
    sharedDuringBuild: true,
    async configResolved(config) {
      publicNote = noteOf(config)
      // Every environment has its configuration resolved.
      if (root !== config.root) gate = BuildGate.open(options, config.root, join(config.cacheDir, 'diqa'))
      root = config.root
      await gate
    },
    buildStart: {
      order: 'pre',
      async handler() {
        const opened = await gate
        opened?.start(this)
      },
    },
    writeBundle: {
      // After whoever writes images here, and not in closeBundle, where an error would hide the one that ended the build.
      order: 'post',
      sequential: true,
      async handler(output, bundle) {
        const { name: environment, config, logger } = this.environment
        const { copyPublicDir } = config.build
        const opened = await gate
        await opened?.look(this, output, bundle, {
          environment,
          publicFolder: copyPublicDir ? config.publicDir : undefined,
          publicNote,
          isServer: config.consumer === 'server',
          info: (message) => logger.info(`[${NAME}] ${message}`),
        })
      },
    },
    closeWatcher: () => closeGate(gate),
  }
}

/** Optimisers that write the public folder's images when all else is done: when it is too late to fail. */
const OPTIMISER = /image.?(?:optimi[sz]|min|compress)|(?:optimi[sz]e|compress).?image/i

function noteOf({ plugins }: ResolvedConfig): string | undefined {
  const optimiser = plugins.find(({ name, closeBundle }) => closeBundle && OPTIMISER.test(name))?.name
  return (
    optimiser &&
    `Scored as it is in the public folder: ${optimiser} may change it afterwards, and "diqa check" on the output folder sees what is shipped.`
  )
}

export { diqa as default, diqa as 'module.exports' }
