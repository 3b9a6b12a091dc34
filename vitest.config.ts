import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    // One processor is left alone by default: half of a small runner's.
    maxWorkers: '100%',
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // A scorer starts threads and a WebAssembly module: on a busy machine that takes longer than five seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Bundlers and picocolors colour their messages where CI is set; the tests read them as text.
    env: { NO_COLOR: '1' },
  },
})
