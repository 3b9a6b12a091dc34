import diqa from 'unplugin-diqa/vite'
import { defineConfig } from 'vite'

export default defineConfig({ plugins: [diqa()] })
