import { readFileSync } from 'node:fs'

/** The version of this package; the packages of diqa share one. */
export function toolVersion(): string {
  try {
    return JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')).version
  } catch {
    // A bundler has copied us into a user's file, far from our manifest.
    return 'unknown'
  }
}
