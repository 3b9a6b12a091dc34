import type { DiqaOptions } from '@diqa/gate'
import { NAME } from '../name.js'
import { BuildGate, type Bundle, type Context, closeGate, type Output } from './build-gate.js'

interface FamilyContext extends Context {
  info(message: string): void
}

/** The hooks that Rollup and Rolldown have alike. */
export function rollupFamilyPlugin(options: DiqaOptions) {
  let gate: Promise<BuildGate> | undefined
  return {
    name: NAME,
    buildStart: {
      order: 'pre' as const,
      async handler(this: FamilyContext, input: object) {
        gate ??= BuildGate.open(options, rootOf(input))
        const opened = await gate
        opened.start(this)
      },
    },
    writeBundle: {
      // After whoever writes images here, and not in closeBundle, where an error would hide the one that ended the build.
      order: 'post' as const,
      sequential: true,
      async handler(this: FamilyContext, output: Output, bundle: Bundle) {
        const opened = await gate
        await opened?.look(this, output, bundle, { info: (message) => this.info(message) })
      },
    },
    closeWatcher: () => closeGate(gate),
  }
}

/** Rollup's folder is that of the process; Rolldown can be given another. */
function rootOf(input: { cwd?: unknown }): string {
  return typeof input.cwd === 'string' ? input.cwd : process.cwd()
}
