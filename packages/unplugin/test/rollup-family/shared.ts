import { mkdtempSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { DiqaOptions } from '@diqa/gate'
import { afterAll } from 'vitest'

/** Of the scores of a test file: the same few images are not scored again for each test. */
export const scores = mkdtempSync(join(tmpdir(), 'diqa scores '))
afterAll(() => rm(scores, { recursive: true, force: true }))

/** What all tests have in common. */
export const shared: DiqaOptions = {
  cache: { dir: scores },
  reports: [{ format: 'json', file: 'report.json' }],
}

/** Every image passes. */
export const lenient: DiqaOptions = { ...shared, rules: [{ files: '**/*', warn: 0, error: 0 }] }

/** For every image a warning. */
export const warnAll: DiqaOptions = { ...shared, rules: [{ files: '**/*', warn: 100, error: 0 }] }

/** For every image an error. */
export const failAll: DiqaOptions = { ...shared, rules: [{ files: '**/*', error: 100 }] }

/** What a message says of an image below the limit of 100, whatever the network makes of it and advises. `HASH` in the name stands for that of its content. */
export function below(name: string): RegExp {
  const escaped = name.replaceAll('.', '\\.').replace('HASH', '[\\w-]{8}')
  return new RegExp(`^${escaped}: [\\d.]+ \\(\\w+\\), below the limit of 100 \\(rule "\\*\\*/\\*"\\)\\. [A-Z][^.]+\\.$`)
}

/** What a build said. */
export interface Said {
  infos: string[]
  warnings: string[]
  /** Why it failed. */
  error?: string
}
