// One Vite build in a process of its own: node bench/build-child.mjs FOLDER with|without.
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const require = createRequire(fileURLToPath(new URL('../packages/unplugin/package.json', import.meta.url)))
const [root, plugin] = process.argv.slice(2)
const { build } = await import(pathToFileURL(require.resolve('vite')))

const plugins = []
if (plugin === 'with') {
  const { default: diqa } = await import('../packages/unplugin/dist/vite.js')
  plugins.push(diqa({ rules: [{ files: '**/*', warn: 0, error: 0 }] }))
}
await build({ root, plugins, configFile: false, logLevel: 'silent', build: { assetsInlineLimit: 0 } })
