import { build } from 'esbuild'
import diqa from 'unplugin-diqa/esbuild'

await build({
  entryPoints: ['src/main.js'],
  bundle: true,
  outdir: 'dist',
  format: 'esm',
  loader: { '.jpg': 'file' },
  plugins: [diqa()],
}).catch(() => process.exit(1))
