// Writes fixtures/golden.json: the scores that the shipped weights give to the fixtures, which golden.test.ts keeps.
import { readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { createScorer } from '../packages/core/dist/index.js'

const fixtures = new URL('../fixtures/', import.meta.url)
const manifest = JSON.parse(readFileSync(new URL('manifest.json', fixtures), 'utf8'))
const files = manifest.filter((entry) => entry.expect.status === 'scored').map((entry) => entry.file)

const scorer = await createScorer()
const scores = {}
const paths = files.map((file) => fileURLToPath(new URL('images/', fixtures)) + file)
let i = 0
for await (const result of scorer.scoreMany(paths)) {
  const file = files[i++]
  if (result.status !== 'scored') throw new Error(`Expected a score for ${file} but received: ${result.message}`)
  scores[file] = result.score
}
await scorer.dispose()

const path = new URL('golden.json', fixtures)
writeFileSync(path, `${JSON.stringify({ model: scorer.model.weights, scores }, null, 2)}\n`)
process.stdout.write(`Wrote ${files.length} scores to ${fileURLToPath(path)}.\n`)
