// What a second worker gives: the same images through one and through two.
import { fileURLToPath } from 'node:url'
import { inTurns } from './measure.mjs'

export const title = 'two workers beside one: the same 12 photographs'

export async function* run() {
  const { createScorer } = await import('../packages/core/dist/index.js')
  const photograph = (file) => fileURLToPath(new URL(`../fixtures/images/photo/${file}`, import.meta.url))
  const images = ['chelsea.png', 'coffee.png', 'astronaut.png', 'rocket.jpg'].flatMap((name) =>
    Array(3).fill(photograph(name)),
  )
  const scorers = [await createScorer({ concurrency: 1 }), await createScorer({ concurrency: 2 })]
  const all = async (scorer) => {
    for await (const result of scorer.scoreMany(images)) {
      if (result.status !== 'scored') throw new Error(`Expected a score but received ${result.status}.`)
    }
  }
  const times = await inTurns(3, { one: () => all(scorers[0]), two: () => all(scorers[1]) })
  await Promise.all(scorers.map((scorer) => scorer.dispose()))
  yield `one worker  ${(images.length / times.one).toFixed(2)} images a second`
  yield `two workers ${(images.length / times.two).toFixed(2)} images a second, ${(times.one / times.two).toFixed(2)} x one`
}
