import { createRequire } from 'node:module'

/** What the command line uses of sharp. */
export interface Sharp {
  versions: { sharp: string; vips: string }
  cache(keep: false): unknown
}

/** The sharp that the core decodes with. @throws when it cannot be loaded */
export function sharpOfCore(): Sharp {
  const core = createRequire(import.meta.url).resolve('@diqa/core/package.json')
  return createRequire(core)('sharp') as Sharp
}
