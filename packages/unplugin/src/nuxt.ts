import { relative } from 'node:path'
import type { DiqaOptions } from '@diqa/gate'
import type { Nuxt, NuxtModule } from '@nuxt/schema'
import { lookAtSite } from './finished-site.js'
import { NAME } from './name.js'

export type { DiqaOptions } from '@diqa/gate'

declare module '@nuxt/schema' {
  interface NuxtConfig {
    /** What unplugin-diqa does, beside what `diqa.config` says. */
    diqa?: DiqaOptions
  }
  interface NuxtOptions {
    diqa?: DiqaOptions
  }
}

/**
 * A module of Nuxt 3 and 4: scores the images of `nuxt build` and `nuxt generate` once everything is written, those that
 * Nitro prerenders (`_ipx`) too, and warns or fails. Options: `diqa` of nuxt.config, or those given with the module.
 */
export const diqa: NuxtModule<DiqaOptions> = (options, nuxt) => {
  let nitro: Nitro | undefined
  nuxt.hook('nitro:init', (made) => {
    nitro = made as unknown as Nitro
  })
  // Nuxt's own hook, in which Nitro prerenders and copies, comes before those that are hooked once it is ready.
  nuxt.hook('ready', () => {
    nuxt.hook('build:done', async () => {
      if (nuxt.options.dev || !nitro) return
      await lookAtSite({ ...nuxt.options.diqa, ...options }, siteOf(nitro, nuxt), nitro.logger.withTag(NAME))
    })
  })
}

diqa.getMeta = async () => ({ name: NAME, configKey: 'diqa' })

/** What is used of Nitro: its types are another package's. */
interface Nitro {
  logger: { withTag(name: string): { warn(text: string): void; info(text: string): void } }
  options: { output: { publicDir: string }; publicAssets: { dir: string; baseURL?: string }[] }
}

function siteOf({ options: { output, publicAssets } }: Nitro, { options: { rootDir, buildDir } }: Nuxt) {
  // Nitro copies what the bundler wrote as it copies public folders.
  const copied = publicAssets.filter(({ dir }) => relative(buildDir, dir).startsWith('..'))
  const publicFolders = copied.map(({ dir, baseURL = '' }) => ({ folder: dir, base: baseURL.replace(/^\//, '') }))
  return { root: rootDir, folder: output.publicDir, publicFolders }
}

export { diqa as default, diqa as 'module.exports' }
