import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { DiqaOptions } from '@diqa/gate'
import type { AstroConfig, AstroIntegration } from 'astro'
import { lookAtSite } from './finished-site.js'
import { NAME } from './name.js'

export type { DiqaOptions } from '@diqa/gate'

/**
 * Scores the images of an Astro build once the pages and their optimised images are written, and warns or fails. Astro 5.
 *
 * @param options what `diqa.config` does not say, or says otherwise
 */
export function diqa(options: DiqaOptions = {}): AstroIntegration {
  let config: AstroConfig
  return {
    name: NAME,
    hooks: {
      'astro:config:done': (done) => {
        config = done.config
      },
      // Astro optimises images after Vite is done: https://docs.astro.build/en/guides/images/
      'astro:build:done': ({ dir, logger }) => {
        const site = {
          root: fileURLToPath(config.root),
          folder: fileURLToPath(dir),
          publicFolders: [{ folder: fileURLToPath(config.publicDir), base: '' }],
          cacheDirectory: join(fileURLToPath(config.cacheDir), 'diqa'),
        }
        return lookAtSite(options, site, logger)
      },
    },
  }
}

export { diqa as default, diqa as 'module.exports' }
