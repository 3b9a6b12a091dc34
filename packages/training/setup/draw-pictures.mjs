import { mkdir } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parseArgs } from 'node:util'
import sharp from 'sharp'
import { random } from '../dist/random.js'

/**
 * Draws as many pictures as the command line says, kinds by turns: `--out FOLDER [--take N] [--seed 1]`.
 *
 * @param {object} options
 * @param {string} options.script the file that is run; what it draws is its name
 * @param {number} options.take how many, unless told otherwise
 * @param {string} options.background under what is drawn
 * @param {((rng: () => number) => { ground?: Buffer, svg?: string })[]} options.kinds pixels in RGB, SVG upon them, or both
 * @param {(rng: () => number) => string} [options.rendering] attributes of the SVG
 */
export async function drawPictures({ script, take, width, height, background, kinds, rendering = () => '' }) {
  const what = basename(script, '.mjs')
  const { values } = parseArgs({
    options: {
      out: { type: 'string' },
      take: { type: 'string', default: String(take) },
      seed: { type: 'string', default: '1' },
    },
  })
  if (!values.out) {
    console.error(`Expected --out FOLDER: node setup/${what}.mjs --out ${what}`)
    process.exit(2)
  }
  await mkdir(values.out, { recursive: true })
  for (let number = 0; number < Number(values.take); number++) {
    const rng = random(`${values.seed}/${number}`)
    const kind = kinds[number % kinds.length]
    const attributes = rendering(rng)
    const { ground, svg = '' } = kind(rng)
    const drawn = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" ${attributes}>${svg}</svg>`
    const under = ground
      ? sharp(ground, { raw: { width, height, channels: 3 } })
      : sharp({ create: { width, height, channels: 3, background } })
    await under
      .composite([{ input: Buffer.from(drawn) }])
      .removeAlpha()
      .png()
      .toFile(join(values.out, `${String(number).padStart(3, '0')}-${kind.name}.png`))
  }
  console.log(`${values.take} ${what}`)
}
