import { expect, test } from 'vitest'
import { createScorer } from '../src/index.js'
import { scoreIdentity } from '../src/light.js'
import { runModule } from './support/child.js'

test('it names the model as a scorer does', async () => {
  const scorer = await createScorer({ concurrency: 1 })
  expect(scoreIdentity().model).toEqual(scorer.model)
  await scorer.dispose()
})

test('the digest changes with whatever changes a result, and with nothing else', () => {
  const { digest } = scoreIdentity()
  expect(digest).toMatch(/^[0-9a-f]{64}$/)
  expect(scoreIdentity({ maxPixels: 8 * 128 * 128, background: '#fff' }).digest).toBe(digest)
  const others = [{ maxPixels: 4096 }, { background: '#000' }, { limitInputPixels: 5 }].map(
    (options) => scoreIdentity(options).digest,
  )
  expect(new Set([digest, ...others]).size).toBe(4)
})

test('it loads neither sharp nor the network', async () => {
  const resolve = `export async function resolve(name, context, next) {
    if (/^sharp|^@tensorflow/.test(name)) throw new Error('loads ' + name)
    return next(name, context)
  }`
  const { stdout, stderr } = await runModule(`
    import { register } from 'node:module'
    register('data:text/javascript,' + encodeURIComponent(${JSON.stringify(resolve)}))
    const { scoreIdentity } = await import(${JSON.stringify(new URL('../dist/light.js', import.meta.url).href)})
    console.log(scoreIdentity().model.id)`)
  expect(stderr).toBe('')
  expect(stdout).toBe('diqa-1\n')
})
