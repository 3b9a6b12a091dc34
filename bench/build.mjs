// What the plugin adds to a Vite build of 200 images when every score is in the cache.
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { inTurns } from './measure.mjs'

const require = createRequire(fileURLToPath(new URL('../packages/unplugin/package.json', import.meta.url)))

export const title = 'Vite build of 200 images, warm cache, with the plugin and without'

export async function* run() {
  const { build, version } = await import(pathToFileURL(require.resolve('vite')))
  const diqa = (await import('../packages/unplugin/dist/vite.js')).default
  const root = await mkdtemp(join(tmpdir(), 'diqa-bench-'))
  await site(root, 200)
  const once = (plugins) =>
    build({ root, plugins, configFile: false, logLevel: 'silent', build: { assetsInlineLimit: 0 } })
  // The first of each warms up: it fills the cache too.
  const times = await inTurns(7, {
    without: () => once([]),
    with: () => once([diqa({ rules: [{ files: '**/*', warn: 0, error: 0 }] })]),
  })
  yield* compared(`Vite ${version}`, times)
  // What a user waits for: everything is loaded, and compiled, for the one build.
  const fresh = await inTurns(9, { without: () => inProcess(root, 'without'), with: () => inProcess(root, 'with') })
  yield* compared(`Vite ${version} in a fresh process`, fresh)
  await rm(root, { recursive: true })
}

function inProcess(root, plugin) {
  const child = fileURLToPath(new URL('build-child.mjs', import.meta.url))
  return promisify(execFile)(process.execPath, [child, root, plugin])
}

function* compared(name, times) {
  const added = times.with - times.without
  const percent = (added / times.without) * 100
  yield `${name} without ${(times.without * 1000).toFixed(0)} ms`
  yield `${name} with    ${(times.with * 1000).toFixed(0)} ms: ${(added * 1000).toFixed(0)} ms, ${percent.toFixed(1)} % more`
}

/** A page that shows so many photographs of 30 kB, all of different bytes. */
async function site(root, count) {
  const sharp = (await import(pathToFileURL(require.resolve('sharp')))).default
  const photograph = fileURLToPath(new URL('../fixtures/images/photo/coffee.png', import.meta.url))
  await mkdir(join(root, 'images'))
  const names = Array.from({ length: count }, (_, i) => `images/${i}.jpg`)
  for (const [i, name] of names.entries()) {
    const piece = sharp(photograph).extract({ left: i % 50, top: i % 40, width: 420, height: 300 })
    await writeFile(
      join(root, name),
      await piece
        .modulate({ brightness: 1 + i / 1000 })
        .jpeg({ quality: 85 })
        .toBuffer(),
    )
  }
  await writeFile(join(root, 'main.js'), names.map((name) => `import '/${name}?url'`).join('\n'))
  const images = names.map((name) => `<img src="/${name}" alt="">`).join('')
  await writeFile(
    join(root, 'index.html'),
    `<!doctype html><body>${images}<script type="module" src="/main.js"></script>`,
  )
}
