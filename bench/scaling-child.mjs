// Scores twelve photographs with argv[2] workers, and prints how many seconds the second time took.
import { fileURLToPath } from 'node:url'
import { createScorer } from '../packages/core/dist/index.js'
import { seconds } from './measure.mjs'

const photograph = (file) => fileURLToPath(new URL(`../fixtures/images/photo/${file}`, import.meta.url))
const images = ['chelsea.png', 'coffee.png', 'astronaut.png', 'rocket.jpg'].flatMap((name) =>
  Array(3).fill(photograph(name)),
)
const scorer = await createScorer({ engine: 'wasm', concurrency: Number(process.argv[2]) })
const all = async () => {
  for await (const result of scorer.scoreMany(images)) {
    if (result.status !== 'scored') throw new Error(`Expected a score but received ${result.status}.`)
  }
}
await all()
console.log(await seconds(all))
await scorer.dispose()
