import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Examples, installExamples } from './support/packed.js'

const bundlers: [name: string, images: number, failing: RegExp][] = [
  [
    'vite',
    3,
    /^src\/hero\.jpg → assets\/hero-[\w-]{8}\.jpg: [\d.]+ \(\w+\), below the limit of 100 \(rule "src\/hero\.jpg"\)/m,
  ],
  ['rollup', 1, /^images\/hero\.jpg: [\d.]+ \(\w+\), below the limit of 100 \(rule "\*\*\/hero\.jpg"\)/m],
  [
    'rolldown',
    1,
    /^src\/hero\.jpg → assets\/hero-[\w-]{8}\.jpg: [\d.]+ \(\w+\), below the limit of 100 \(rule "src\/hero\.jpg"\)/m,
  ],
]

let examples: Examples

beforeAll(async () => {
  const names = bundlers.flatMap(([name]) => [`${name}-pass`, `${name}-fail`])
  examples = await installExamples(['core', 'gate', 'unplugin'], names)
}, 300_000)

afterAll(() => examples?.remove())

describe.each(bundlers)('the examples of %s, with the packed tarballs', (name, images, failing) => {
  test('one passes', async () => {
    const { code, output } = await examples.build(`${name}-pass`)
    expect(output).toMatch(new RegExp(`${images} images? in .+: ${images} passed`))
    expect(code).toBe(0)
  })

  test('one fails', async () => {
    const { code, output } = await examples.build(`${name}-fail`)
    expect(output).toMatch(failing)
    expect(code).toBe(1)
  })
})
