import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { DEFAULTS } from './defaults.js'
import { folderOf, packageFolder } from './location.js'
import { PREPROCESSING, readCard } from './model/card.js'
import type { ScorerOptions } from './score.js'

/** What decides an image's result besides its bytes. */
export interface ScoreIdentity {
  /** As a scorer's `model`. */
  readonly model: { readonly id: string; readonly weights: string }
  /** Hex digest. Two results of the same bytes under the same digest are the same; under another one they may differ. */
  readonly digest: string
}

/**
 * The identity of the scores that {@link ScorerOptions} give, without making a scorer: a cache is read by it before it
 * is known whether anything is to be scored.
 *
 * The engine is not part of it, because engines agree. Codecs and messages are: they change with versions.
 *
 * @throws UsageError when the model's card is missing or damaged
 */
export function scoreIdentity(
  options: Pick<ScorerOptions, 'maxPixels' | 'background' | 'limitInputPixels' | 'model'> = {},
): ScoreIdentity {
  const folder = packageFolder()
  const { training: _, ...card } = readCard(options.model ?? join(folder, 'models', 'diqa-1'))
  const parts = {
    core: versionIn(folder),
    sharp: versionIn(folderOf(createRequire(join(folder, 'package.json')).resolve('sharp'), 'sharp')),
    preprocessing: PREPROCESSING,
    card,
    maxPixels: options.maxPixels ?? DEFAULTS.maxPixels,
    background: options.background ?? DEFAULTS.background,
    limitInputPixels: options.limitInputPixels ?? DEFAULTS.limitInputPixels,
  }
  return {
    model: { id: card.id, weights: `sha256:${card.weights.sha256}` },
    digest: createHash('sha256').update(JSON.stringify(parts)).digest('hex'),
  }
}

function versionIn(folder: string | undefined): string | undefined {
  return folder && JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')).version
}
