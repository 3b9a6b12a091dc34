import url from '@rollup/plugin-url'
import diqa from 'unplugin-diqa/rollup'

export default {
  input: 'src/main.js',
  output: { dir: 'dist' },
  plugins: [url({ fileName: 'images/[name][extname]' }), diqa({ rules: [{ files: '**/hero.jpg', error: 100 }] })],
}
