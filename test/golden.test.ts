import { createScorer } from '@diqa/core'
import { expect, test } from 'vitest'
import { manifest, pathOf, readJson } from './support/fixtures.js'

/** The engines' and machines' scores differ by no more. */
const TOLERANCE = 0.5

const REWRITE = 'If the change is meant, "npm run golden" writes the scores anew.'

test('the fixtures get the scores of fixtures/golden.json', async () => {
  const golden = readJson<{ model: string; scores: Record<string, number> }>('fixtures/golden.json')
  const scorer = await createScorer()
  try {
    expect(golden.model, `fixtures/golden.json is of other weights than those shipped. ${REWRITE}`).toBe(
      scorer.model.weights,
    )
    const scored = manifest.filter(({ expect }) => expect.status === 'scored')
    expect(Object.keys(golden.scores), `Fixtures came or went. ${REWRITE}`).toEqual(scored.map(({ file }) => file))
    const differing: string[] = []
    let i = 0
    for await (const result of scorer.scoreMany(scored.map(pathOf))) {
      const { file } = scored[i++]!
      const wanted = golden.scores[file]!
      const score = result.status === 'scored' ? result.score : Number.NaN
      if (!(Math.abs(score - wanted) <= TOLERANCE)) differing.push(`${file}: ${score}, not ${wanted}`)
    }
    expect(i).toBe(scored.length)
    expect(differing, `Expected scores within ${TOLERANCE} of the golden ones. ${REWRITE}`).toEqual([])
  } finally {
    await scorer.dispose()
  }
}, 300_000)
