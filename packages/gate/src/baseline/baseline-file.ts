import { readFile } from 'node:fs/promises'
import { kindOf, UsageError } from '@diqa/core/light'
import { byCodeUnit } from '../code-unit-order.js'
import { replaceFile } from '../replace-file.js'

/** An image that was accepted as it was. */
export interface BaselineEntry {
  /** As in the report. */
  path: string
  /** Hex digest of its bytes. */
  sha256: string
  /** Absent where it had none. */
  score?: number
  /** The points it had lost from its source, where that was too many. */
  drop?: number
  /** Why it was undecodable, where it was. */
  reason?: string
}

/** The images that were accepted at one time. */
export interface Baseline {
  /** `sha256:` and the digest of the weights that gave the scores. */
  weights: string
  /** Sorted by path. */
  images: readonly BaselineEntry[]
}

/**
 * Reads a baseline.
 *
 * @returns undefined where there is none
 * @throws UsageError (rejects) when the file holds something else
 */
export async function readBaseline(file: string): Promise<Baseline | undefined> {
  try {
    return parseBaseline(await readFile(file, 'utf8'), file)
  } catch (error) {
    if (error instanceof UsageError) throw error
    const { code, message } = error as NodeJS.ErrnoException
    if (code === 'ENOENT') return undefined
    throw new UsageError(`Expected a baseline at ${file} but it cannot be read (${code ?? message}).`, { cause: error })
  }
}

/** Writes a baseline, whole or not at all: an image a line, so that a change of one is a diff of one. */
export async function writeBaseline(file: string, baseline: Baseline): Promise<void> {
  await replaceFile(file, formatBaseline(baseline))
}

function formatBaseline({ weights, images }: Baseline): string {
  const sorted = [...images].sort((a, b) => byCodeUnit(a.path, b.path) || byCodeUnit(a.sha256, b.sha256))
  const lines = sorted.map(({ path, sha256, score, drop, reason }) =>
    JSON.stringify({ path, score, drop, reason, sha256 }),
  )
  const list = lines.length === 0 ? '[]' : `[\n    ${lines.join(',\n    ')}\n  ]`
  return `{\n  "version": 1,\n  "weights": ${JSON.stringify(weights)},\n  "images": ${list}\n}\n`
}

function parseBaseline(text: string, file: string): Baseline {
  const { version, weights, images } = Object(parseJson(text, file)) as Record<string, unknown>
  if (version !== 1 || typeof weights !== 'string' || !Array.isArray(images)) {
    throw new UsageError(`Expected a baseline of version 1 in ${file} but found something else.`)
  }
  const wrong = images.findIndex((entry) => !isEntry(entry))
  if (wrong === -1) return { weights, images }
  throw new UsageError(`Expected an image with path and sha256 for images[${wrong}] of the baseline ${file}.`)
}

function parseJson(text: string, file: string): unknown {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (error) {
    const conflict = /^<{7}/m.test(text) ? ': it has conflict markers; resolve them, or run "diqa baseline"' : ''
    throw new UsageError(`Expected JSON in the baseline ${file} but found something else${conflict}.`, { cause: error })
  }
}

function isEntry(value: unknown): value is BaselineEntry {
  if (kindOf(value) !== 'Object') return false
  const { path, sha256, score, drop, reason } = value as Record<string, unknown>
  const isNumber = (part: unknown) => part === undefined || typeof part === 'number'
  const isText = (part: unknown) => typeof part === 'string'
  return isText(path) && isText(sha256) && isNumber(score) && isNumber(drop) && (reason === undefined || isText(reason))
}
