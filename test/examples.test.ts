import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Examples, installExamples } from './support/packed.js'

/** What the example that passes says at its end (Rspack and esbuild: nothing), and what the other one fails for. */
const bundlers: Record<string, { summary?: string; failing: string }> = {
  vite: {
    summary: '3 images',
    failing: 'src/hero.jpg → assets/hero-HASH.jpg: N, below the limit of 100 (rule "src/hero.jpg")',
  },
  rollup: { summary: '1 image', failing: 'images/hero.jpg: N, below the limit of 100 (rule "**/hero.jpg")' },
  rolldown: {
    summary: '1 image',
    failing: 'src/hero.jpg → assets/hero-HASH.jpg: N, below the limit of 100 (rule "src/hero.jpg")',
  },
  webpack: { summary: '1 image', failing: 'src/coffee.jpg → HASH.jpg: N, below the limit of 99 (rule "src/**")' },
  rspack: { failing: 'src/coffee.jpg → HASH.jpg: N, below the limit of 99 (rule "src/**")' },
  rsbuild: {
    summary: '1 image',
    failing: 'src/coffee.jpg → static/image/coffee.HASH.jpg: N, below the limit of 99 (rule "src/**")',
  },
  esbuild: { failing: 'src/cut-off.jpg → cut-off-HASH.jpg: Expected a whole image' },
  farm: {
    summary: '2 images',
    failing: 'src/hero.jpg → hero.HASH.jpg: N, below the limit of 100 (rule "src/hero.jpg")',
  },
  astro: { summary: '4 images', failing: '_astro/hero.HASH.webp: N, below the limit of 100 (rule "_astro/hero.*")' },
  gulp: { summary: '1 image', failing: 'src/cut-off.jpg: Expected a whole image' },
}

let examples: Examples

beforeAll(async () => {
  const names = Object.keys(bundlers).flatMap((name) => [`${name}-pass`, `${name}-fail`])
  examples = await installExamples({ packages: ['core', 'gate', 'unplugin', 'gulp'], names })
}, 300_000)

afterAll(() => examples?.remove())

describe.each(Object.entries(bundlers))(
  'the examples of %s, with the packed tarballs',
  (name, { summary, failing }) => {
    test('one passes', async () => {
      const { code, output } = await examples.build(`${name}-pass`)
      if (summary) expect(output).toMatch(new RegExp(`${summary} in .+: ${summary.split(' ')[0]} passed`))
      expect(output).not.toMatch(/below the limit/)
      expect(code).toBe(0)
    })

    test('one fails', async () => {
      const { code, output } = await examples.build(`${name}-fail`)
      expect(masked(output)).toContain(failing)
      // Some bundlers have a stack of their own.
      expect(output).not.toMatch(/^\s+at .*node_modules\/(?:@diqa|\w+-diqa)\//m)
      expect(code).toBe(1)
    })
  },
)

/** Without scores, which change with the model, and hashes. */
function masked(output: string): string {
  return output
    .replace(/\d+(?:\.\d+)? \((?:bad|poor|fair|good|excellent)\)/g, 'N')
    .replace(/([-.])[\w-]{8}(?:[-_][\w]+)?(?=\.(?:jpg|webp):)/g, '$1HASH')
    .replace(/\b[\da-f]{10,20}(?=\.jpg)/g, 'HASH')
}
