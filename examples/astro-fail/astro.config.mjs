import { defineConfig } from 'astro/config'
import diqa from 'unplugin-diqa/astro'

export default defineConfig({ integrations: [diqa({ rules: [{ files: '_astro/hero.*', error: 100 }] })] })
