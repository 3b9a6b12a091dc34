import { createHash } from 'node:crypto'
import type { Fault, Input, ScoreResult, Scorer } from '@diqa/core'
import { label, type ScoreIdentity } from '@diqa/core/light'

export const identity: ScoreIdentity = {
  model: { id: 'diqa-1', weights: `sha256:${'0'.repeat(64)}` },
  digest: '1'.repeat(64),
}

/** The beginning of the bytes is enough, and some are large. */
const textOf = (bytes: Uint8Array) => Buffer.from(bytes.subarray(0, 20)).toString()

/** Scores bytes by what is written in them: a number, maybe with a fault (`10:blur`), or one of the words below, and anything after a space. */
export function fakeResult(bytes: Uint8Array): ScoreResult {
  const [word = ''] = textOf(bytes).split(' ')
  const file = { bytes: bytes.length, sha256: createHash('sha256').update(bytes).digest('hex') }
  const facts = { ...file, format: 'jpeg', width: 640, height: 480 }
  switch (word) {
    case 'vector':
      return { ...file, format: 'svg', status: 'skipped', reason: 'vector', message: 'Vector images have no pixels.' }
    case 'broken':
      return { ...file, status: 'undecodable', reason: 'truncated', message: 'Expected a whole image.' }
    case 'lfs':
      return {
        ...file,
        status: 'undecodable',
        reason: 'git-lfs-pointer',
        message: 'Expected an image: run "git lfs pull".',
      }
    case 'fault':
      return { ...facts, status: 'undecodable', reason: 'engine-failure', message: 'The worker died.' }
    default: {
      const [number, fault] = word.split(':') as [string, Fault?]
      const score = Number(number)
      return { ...facts, status: 'scored', score, label: label(score), ...(fault && { fault }), notes: [] }
    }
  }
}

/** A factory of scorers, what they scored, and how many were made and disposed of. */
export function fakeScorers({ before = async (_text: string) => {}, atOnce = 1 } = {}) {
  const seen: string[] = []
  const counts = { made: 0, disposed: 0 }
  const createScorer = async (): Promise<Scorer> => {
    counts.made += 1
    return {
      engine: { name: 'wasm', device: 'cpu', refused: [] },
      model: identity.model,
      atOnce,
      async score(input: Input) {
        const text = textOf(input as Uint8Array)
        seen.push(text)
        await before(text)
        return fakeResult(input as Uint8Array)
      },
      async *scoreMany() {},
      explain: () => Promise.reject(new Error('not here')),
      async dispose() {
        counts.disposed += 1
      },
    }
  }
  return { createScorer, seen, counts }
}
