import diqa from 'unplugin-diqa/webpack'

export default {
  mode: 'production',
  plugins: [
    diqa({
      // Below 5 the build would tell of an image, below 1 it would fail.
      rules: [{ files: 'src/**', warn: 5, error: 1 }],
      reports: [{ format: 'json', file: 'diqa-report.json' }],
    }),
  ],
}
