import { defineConfig } from 'rolldown'
import diqa from 'unplugin-diqa/rolldown'

export default defineConfig({
  input: 'src/main.js',
  output: { dir: 'dist' },
  moduleTypes: { '.jpg': 'asset' },
  plugins: [diqa({ rules: [{ files: 'src/hero.jpg', error: 100 }] })],
})
