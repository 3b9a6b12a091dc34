import { readFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { label, type ScoreResult, type Scorer, type ScorerOptions } from '@diqa/core'
import type { CreateScorer } from '../../src/create-scorer.js'

const sha256 = 'ab'.repeat(32)

/** Scores a file by what is written in it: a number, or one of the words below. */
async function scoreFile(file: unknown): Promise<ScoreResult> {
  const text = await readFile(String(file), 'utf8').catch(() => undefined)
  if (text === undefined || text === 'locked') {
    return {
      status: 'undecodable',
      reason: 'unreadable',
      message: 'Expected a file that can be read',
    }
  }
  const facts = { bytes: text.length, sha256, format: 'png', width: 640, height: 480 }
  if (text === 'skip') return { ...facts, status: 'skipped', reason: 'too-small', message: 'Expected 64 pixels' }
  if (text === 'broken') {
    return { bytes: 6, sha256, status: 'undecodable', reason: 'truncated', message: 'Expected a whole image' }
  }
  if (text === 'damaged') {
    return { bytes: 7, sha256, status: 'undecodable', reason: 'unreadable', message: 'Expected no damage' }
  }
  if (text === 'dead') {
    return { bytes: 4, sha256, status: 'undecodable', reason: 'engine-failure', message: 'The worker died' }
  }
  if (text === 'throw') throw new Error(`boom at ${basename(String(file))}`)
  const score = Number(text)
  return { ...facts, status: 'scored', score, label: label(score), notes: [] }
}

export interface FakeScorer extends Scorer {
  options: ScorerOptions
  disposed: boolean
}

/** A factory, and the scorers that it made. */
export function fakeScorers(overrides: Partial<Scorer> = {}): { createScorer: CreateScorer; made: FakeScorer[] } {
  const made: FakeScorer[] = []
  const createScorer: CreateScorer = async (options) => {
    const scorer: FakeScorer = {
      options,
      disposed: false,
      engine: { name: 'wasm', device: 'cpu', refused: [{ name: 'onnx', reason: 'is not installed' }] },
      model: { id: 'diqa-1', weights: `sha256:${'0'.repeat(64)}` },
      score: scoreFile,
      async *scoreMany(inputs) {
        for await (const input of inputs) yield await scoreFile(input)
      },
      async explain() {
        const map = { map: new Float32Array(4), mapWidth: 2, mapHeight: 2 }
        return { status: 'explained', bytes: 2, sha256, ...map, png: Buffer.from('a heat map') }
      },
      async dispose() {
        scorer.disposed = true
      },
      ...overrides,
    }
    made.push(scorer)
    return scorer
  }
  return { createScorer, made }
}
