import { type DiqaOptions, UsageError } from '@diqa/gate'
import { createUnplugin, type UnpluginInstance, type UnpluginOptions } from 'unplugin'
import esbuild from './esbuild.js'
import farm from './farm.js'
import { NAME } from './name.js'
import rolldown from './rolldown.js'
import rollup from './rollup.js'
import rsbuild from './rsbuild.js'
import rspack from './rspack.js'
import vite from './vite.js'
import webpack from './webpack.js'

export type { DiqaOptions } from '@diqa/gate'

/**
 * The plugins of all bundlers in one object, as packages that are made with unplugin have it: `diqa.vite({ … })`,
 * `diqa.webpack({ … })`. It loads unplugin; `unplugin-diqa/vite` and the like are the same plugins without it.
 *
 * @throws UsageError for a bundler that there is no plugin for (Bun, unloader)
 */
export const diqa: UnpluginInstance<DiqaOptions | undefined, false> = createUnplugin((options = {}, { framework }) => {
  const native = natives[framework as keyof typeof natives]
  if (!native) {
    const known = Object.keys(natives).join(', ')
    throw new UsageError(`Expected one of ${known} for the bundler of unplugin-diqa but received "${framework}".`)
  }
  return { name: NAME, ...native(options) }
})

// Hooks of unplugin's own see no emitted images, and what they return is lost: each bundler has its own.
const natives = {
  vite: (options) => ({ vite: vite(options) }),
  rollup: (options) => ({ rollup: rollup(options) }),
  rolldown: (options) => ({ rolldown: rolldown(options) }),
  webpack: (options) => ({ webpack: (compiler) => webpack(options).apply(compiler) }),
  rspack: (options) => ({ rspack: (compiler) => rspack(options).apply(compiler) }),
  // It has a compiler of Rspack, for which `rspack` is not called.
  rsbuild: (options) => ({ rsbuild: rsbuild(options) }),
  esbuild: (options) => ({ esbuild: esbuild(options) }),
  farm: (options) => ({ farm: farm(options) }),
} satisfies Record<string, (options: DiqaOptions) => Omit<UnpluginOptions, 'name'>>

export { diqa as default, diqa as 'module.exports' }
