import sharp from 'sharp'
import { expect, test } from 'vitest'
import { GRAPHIC_RUNGS, PHOTOGRAPH_RUNGS, type Rung } from '../../src/ladders/rung.js'
import { picture } from '../tiny.js'

const original = picture(48, 40, 1)

test('a codec gives its own file, everything else a PNG, all of the same size', async () => {
  const formats = {
    jpeg: 'jpeg',
    webp: 'webp',
    avif: 'heif',
    palette: 'png',
    upscaling: 'png',
    blur: 'png',
    noise: 'png',
  }
  const some = [...PHOTOGRAPH_RUNGS.filter(({ level }) => [10, 3, 0.5].includes(level)), ...GRAPHIC_RUNGS]
  expect(new Set(some.map(({ kind }) => kind)).size).toBe(7)
  for (const { kind, make } of some) {
    const { format, width, height } = await sharp(await make(original)).metadata()
    expect({ format, width, height }).toEqual({ format: formats[kind], width: 48, height: 40 })
  }
})

test('within a ladder, a higher order is nearer to the picture', async () => {
  const difference = async ({ make }: Rung) => {
    const data = await sharp(await make(original))
      .removeAlpha()
      .toColourspace('srgb')
      .raw()
      .toBuffer()
    return data.reduce((sum, value, i) => sum + Math.abs(value - original.data[i]!), 0)
  }
  for (const ladder of new Set(PHOTOGRAPH_RUNGS.map((rung) => rung.ladder))) {
    const rungs = PHOTOGRAPH_RUNGS.filter((rung) => rung.ladder === ladder).sort((a, b) => a.order - b.order)
    expect(rungs.length).toBeGreaterThan(4)
    expect(await difference(rungs[0]!)).toBeGreaterThan(await difference(rungs.at(-1)!))
  }
})

test('a palette has its four colours', async () => {
  const { make } = GRAPHIC_RUNGS.find(({ kind }) => kind === 'palette')!
  const data = await sharp(await make(original))
    .raw()
    .toBuffer()
  const colours = new Set(Array.from({ length: data.length / 3 }, (_, i) => data.subarray(3 * i, 3 * i + 3).join()))
  expect(colours.size).toBeLessThanOrEqual(4)
})
