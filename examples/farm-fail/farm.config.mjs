import { defineConfig } from '@farmfe/core'
import diqa from 'unplugin-diqa/farm'

export default defineConfig({ plugins: [diqa({ rules: [{ files: 'src/hero.jpg', error: 100 }] })] })
