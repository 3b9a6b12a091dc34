/**
 * Renders pages of HTML documentation as pictures: undistorted text and interfaces for a recipe.
 *
 *   node setup/pages.mjs --out FOLDER [--take 160] [--seed 1] [--chromium chromium] HTML-FOLDER…
 */
import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { glob } from 'tinyglobby'
import { random, shuffle } from '../dist/random.js'
import { pageRenderer } from './render-page.mjs'

/** Windows as people have them: [width, height, pixels to a CSS pixel]. */
const WINDOWS = [
  [1280, 1600, 1],
  [1440, 1400, 1],
  [800, 1400, 1],
  [900, 1000, 1.5],
  [640, 1000, 2],
]

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    out: { type: 'string' },
    take: { type: 'string', default: '160' },
    seed: { type: 'string', default: '1' },
    chromium: { type: 'string', default: 'chromium' },
  },
})
if (!values.out || positionals.length === 0) {
  console.error('Expected --out FOLDER and at least one folder of HTML pages: node setup/pages.mjs --out pages DOCS…')
  process.exit(2)
}

const perFolder = Math.ceil(Number(values.take) / positionals.length)
const { render, close } = await pageRenderer(values.chromium)
await mkdir(values.out, { recursive: true })
for (const [number, folder] of positionals.entries()) {
  const rng = random(`${values.seed}/${number}`)
  const pages = shuffle((await glob(['**/*.html'], { cwd: folder })).sort(), rng).slice(0, perFolder)
  for (const [index, page] of pages.entries()) {
    const window = WINDOWS[Math.floor(rng() * WINDOWS.length)]
    const dark = rng() < 0.3
    const picture = join(values.out, `${number}-${String(index).padStart(3, '0')}.png`)
    await render(join(folder, page), window, picture, dark ? ['--enable-features=WebContentsForceDark'] : [])
  }
  console.log(`${folder}: ${pages.length} pages`)
}
await close()
