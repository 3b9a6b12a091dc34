import { defineConfig } from '@rsbuild/core'
import diqa from 'unplugin-diqa/rsbuild'

export default defineConfig({
  plugins: [
    diqa({
      // No image is as good as that: the build fails, and says which image it was for.
      rules: [{ files: 'src/**', error: 99 }],
      reports: [{ format: 'json', file: 'diqa-report.json' }],
    }),
  ],
})
