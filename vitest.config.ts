import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['packages/*/test/**/*.test.ts', 'test/**/*.test.ts'],
    // A scorer starts threads and a WebAssembly module: on a busy machine that takes longer than five seconds.
    testTimeout: 60_000,
    hookTimeout: 60_000,
  },
})
