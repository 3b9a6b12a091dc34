/**
 * Makes the pictures that a model is tested on and never trained on, as lossless PNG: photographs whose own flaws are
 * hidden by scaling them down, and graphics as they are, drawn from SVG, or rendered from HTML by Chromium.
 *
 *   node setup/testset.mjs --packages FOLDER --out FOLDER [--recipe recipes/testset.json] [--chromium chromium]
 *
 * FOLDER/NAME holds each package of the recipe, unpacked: `dpkg -x NAME_*.deb NAME`, or a wheel by `unzip`.
 */
import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { pageRenderer } from './render-page.mjs'

const { values } = parseArgs({
  options: {
    packages: { type: 'string' },
    out: { type: 'string' },
    recipe: { type: 'string', default: fileURLToPath(new URL('../recipes/testset.json', import.meta.url)) },
    chromium: { type: 'string', default: 'chromium' },
  },
})
if (!values.packages || !values.out) {
  console.error('Expected --packages FOLDER and --out FOLDER: node setup/testset.mjs --packages debian --out testset')
  process.exit(2)
}

const { render, close } = await pageRenderer(values.chromium)
const recipe = JSON.parse(await readFile(values.recipe, 'utf8'))
for (const [kind, sources] of Object.entries(recipe)) {
  const folder = join(values.out, kind)
  await mkdir(folder, { recursive: true })
  let made = 0
  for (const source of sources) {
    for (const file of source.files) {
      const name = `${source.package}-${file.replace(/^usr\/share\//, '').replace(/\.\w+$/, '')}`.replaceAll('/', '-')
      await make(join(values.packages, source.package, file), source, join(folder, `${name}.png`))
      made++
    }
  }
  console.log(`${kind}: ${made} pictures in ${folder}`)
}
await close()

async function make(file, { shrink = 1, width, window }, out) {
  if (file.endsWith('.html')) return render(file, window, out)
  const { autoOrient, width: own } = await sharp(file).metadata()
  const svg = file.endsWith('.svg')
  const image = svg ? sharp(file, { density: (72 * width) / own }) : sharp(file, { autoOrient: true })
  const wide = svg ? width : Math.round(autoOrient.width / shrink)
  const resized = wide === autoOrient.width ? image : image.resize(wide, null, { kernel: 'lanczos3' })
  // Only photographs lose their transparency: what a scorer makes of a logo's is part of the test.
  await (shrink > 1 ? resized.flatten({ background: '#fff' }) : resized).png().toFile(out)
}
