import diqa from 'unplugin-diqa/webpack'

export default {
  mode: 'production',
  plugins: [
    diqa({
      // No image is as good as that: the build fails, and says which image it was for.
      rules: [{ files: 'src/**', error: 99 }],
      reports: [{ format: 'json', file: 'diqa-report.json' }],
    }),
  ],
}
