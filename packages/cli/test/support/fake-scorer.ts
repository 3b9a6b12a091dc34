import { createHash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { label, type ScoreResult, type Scorer, type ScorerOptions } from '@diqa/core'
import type { CreateScorer } from '../../src/create-scorer.js'

/** Scores bytes, or a file, by what is written in it: a number, or one of the words below, and anything after a space. */
export async function scoreInput(input: unknown): Promise<ScoreResult> {
  const bytes = input instanceof Uint8Array ? input : await readFile(String(input))
  const sha256 = createHash('sha256').update(bytes).digest('hex')
  const file = { bytes: bytes.length, sha256 }
  const facts = { ...file, format: 'png', width: 640, height: 480 }
  const [word = ''] = Buffer.from(bytes).toString().split(' ')
  if (word === 'skip') return { ...facts, status: 'skipped', reason: 'too-small', message: 'Expected 64 pixels' }
  if (word === 'broken')
    return { ...file, status: 'undecodable', reason: 'truncated', message: 'Expected a whole image' }
  if (word === 'damaged') return { ...file, status: 'undecodable', reason: 'unreadable', message: 'Expected no damage' }
  if (word === 'dead') return { ...file, status: 'undecodable', reason: 'engine-failure', message: 'The worker died' }
  if (word === 'throw') throw new Error('boom')
  return { ...facts, status: 'scored', score: Number(word), label: label(Number(word)), notes: [] }
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
      atOnce: 1,
      score: scoreInput,
      async *scoreMany(inputs) {
        for await (const input of inputs) yield await scoreInput(input)
      },
      async explain() {
        const map = { map: new Float32Array(4), mapWidth: 2, mapHeight: 2 }
        return { status: 'explained', bytes: 2, sha256: 'ab'.repeat(32), ...map, png: Buffer.from('a heat map') }
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
