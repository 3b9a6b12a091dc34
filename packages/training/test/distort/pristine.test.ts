import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Pixels } from '@diqa/core/model'
import sharp from 'sharp'
import { describe, expect, test } from 'vitest'
import { folderOf, type PristinePicture, type PristineSource, pristinePictures } from '../../src/distort/pristine.js'
import { open, picture, temporary } from '../tiny.js'

const side = 48
const from = (change: Partial<PristineSource> = {}): PristineSource => ({
  name: 'set',
  root: 'r',
  licence: 'CC0',
  ...change,
})

async function tree(files: Record<string, [width: number, height: number]>): Promise<string> {
  const root = await temporary()
  for (const [i, [path, [width, height]]] of Object.entries(files).entries()) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await open(picture(width, height, i)).toFile(join(root, path))
  }
  return root
}

async function all(source: PristineSource, root: string, seed = 1): Promise<PristinePicture[]> {
  const pictures: PristinePicture[] = []
  for await (const each of pristinePictures(source, root, side, seed)) pictures.push(each)
  return pictures
}

const groups = (pictures: PristinePicture[]) => pictures.map(({ group }) => group).sort()

describe('pristinePictures', () => {
  test('cuts squares of 3 channels, and skips what is too small, damaged or no picture', async () => {
    const root = await tree({ 'a.png': [60, 50], 'deep/b.JPG': [48, 90], 'small.png': [80, 47] })
    await writeFile(join(root, 'damaged.png'), 'not a picture')
    await writeFile(join(root, 'notes.txt'), 'not a picture')
    const pictures = await all(from(), root)
    expect(groups(pictures)).toEqual(['set/a.png', 'set/deep/b.JPG'])
    for (const { pixels } of pictures) {
      expect(pixels).toMatchObject({ width: side, height: side, channels: 3 })
      expect(pixels.data).toHaveLength(side * side * 3)
    }
  })

  test('gray, transparent, 16-bit and turned pictures come out as 3 channels of 8 bits, upright', async () => {
    const root = await temporary()
    await open(picture(60, 60, 1))
      .grayscale()
      .toFile(join(root, 'gray.png'))
    await open(picture(60, 60, 2))
      .ensureAlpha(0)
      .toFile(join(root, 'alpha.png'))
    await open(picture(60, 60, 3))
      .toColourspace('rgb16')
      .toFile(join(root, 'deep.png'))
    await open(picture(50, 90, 4))
      .withMetadata({ orientation: 6 })
      .jpeg()
      .toFile(join(root, 'turned.jpg'))
    const pictures = await all(from(), root)
    expect(pictures).toHaveLength(4)
    for (const { pixels } of pictures) expect(pixels.data).toHaveLength(side * side * 3)
    const alpha = pictures.find(({ group }) => group === 'set/alpha.png')!
    expect(alpha.pixels.data.every((sample) => sample === 255)).toBe(true)
  })

  test('drawings fill the square, whatever their size', async () => {
    const root = await temporary()
    const svg = (size: number) =>
      `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 10 10"><circle cx="5" cy="5" r="4.5" fill="#00f"/></svg>`
    await writeFile(join(root, 'tiny.svg'), svg(8))
    await writeFile(join(root, 'large.svg'), svg(900))
    for (const { pixels } of await all(from(), root)) {
      expect(pixels).toMatchObject({ width: side, height: side, channels: 3 })
      const blue = Array.from({ length: side * side }, (_, i) => pixels.data[3 * i]! < 50).filter(Boolean).length
      expect(blue / (side * side)).toBeGreaterThan(0.5)
    }
  })

  test('shrinks, takes so many, and cuts so many squares', async () => {
    const root = await tree({ 'a.png': [96, 96], 'b.png': [97, 120], 'c.png': [110, 200], 'd.png': [90, 90] })
    expect(groups(await all(from({ shrink: [2, 2] }), root))).toEqual(['set/a.png', 'set/b.png', 'set/c.png'])
    const taken = await all(from({ take: 2, crops: 3 }), root)
    expect(taken).toHaveLength(6)
    expect(new Set(groups(taken)).size).toBe(2)
    expect(taken[1]!.name).toBe(`${taken[1]!.group}#1`)
  })

  test('the seed decides which, where and in which order', async () => {
    const root = await tree({ 'a.png': [90, 90], 'b.png': [91, 90], 'c.png': [92, 90], 'd.png': [93, 90] })
    expect(await all(from(), root)).toEqual(await all(from(), root))
    expect(await all(from(), root, 2)).not.toEqual(await all(from(), root))
  })

  test('every tenth picture goes to val', async () => {
    const files = Object.fromEntries(Array.from({ length: 20 }, (_, i) => [`${i}.png`, [48, 48] as [number, number]]))
    const splits = (await all(from({ crops: 2 }), await tree(files))).map(({ split }) => split)
    expect(splits.flatMap((split, i) => (split === 'val' ? [i] : []))).toEqual([18, 19, 38, 39])
  })

  test('of a set with opinions: the well-liked, never of the test split, each with its own split', async () => {
    const root = await tree({
      'A.png': [50, 50],
      'b.png': [50, 50],
      'c.png': [50, 50],
      'd.png': [50, 50],
      'e.png': [50, 50],
    })
    const csv = join(root, 'split.csv')
    await writeFile(csv, 'image,mos,split\na.PNG,0.9,train\nb.png,0.8,val\nc.png,0.95,test\nd.png,0.79,train\n')
    const pictures = await all(from({ opinions: { csv, atLeast: 0.8 } }), root)
    expect(pictures.map(({ group, split }) => `${group} ${split}`).sort()).toEqual(['set/A.png train', 'set/b.png val'])
  })

  test('takes the files that are asked for', async () => {
    const root = await tree({ 'photos/a.png': [50, 50], 'icons/b.png': [50, 50] })
    expect(groups(await all(from({ files: ['photos/*.png'] }), root))).toEqual(['set/photos/a.png'])
  })

  test('draws how much each is shrunk', async () => {
    const files = Object.fromEntries(Array.from({ length: 12 }, (_, i) => [`${i}.png`, [96, 96] as [number, number]]))
    const taken = await all(from({ shrink: [1.5, 2.5] }), await tree(files))
    // Of those that are shrunk to less than a square nothing is left.
    expect(taken.length).toBeGreaterThan(0)
    expect(taken.length).toBeLessThan(12)
  })

  test('fits whole pictures, whatever their size, and enlarges none', async () => {
    const root = await tree({ 'large.png': [480, 240], 'tall.png': [96, 120], 'small.png': [96, 71] })
    const pictures = await all(from({ fit: [1.5, 1.5] }), root)
    expect(groups(pictures)).toEqual(['set/large.png', 'set/tall.png'])
    // Of a picture that fits exactly there is but one square.
    const whole = await all(from({ fit: [1, 1], crops: 2 }), await tree({ 'square.png': [100, 100] }))
    expect(whole[0]!.pixels).toEqual(whole[1]!.pixels)
  })

  test('takes the colour from a share of the squares', async () => {
    const root = await temporary()
    for (const name of ['a', 'b', 'c', 'd']) await open(picture(96, 96, name)).toFile(join(root, `${name}.png`))
    const colourless = ({ pixels: { data } }: { pixels: Pixels }) =>
      data.every((sample, i) => sample === data[i - (i % 3)])
    const count = async (gray?: number) =>
      (await all(from({ crops: 5, ...(gray !== undefined && { gray }) }), root)).filter(colourless).length
    expect(await count()).toBe(0)
    expect(await count(1)).toBe(20)
    expect(await count(0.5)).toBeGreaterThan(3)
    expect(await count(0.5)).toBeLessThan(17)
    // What is left is the luma: green counts for more than red, and red for more than blue.
    const green = sharp({ create: { width: 60, height: 60, channels: 3, background: '#00ff00' } })
    const folder = await temporary()
    await green
      .composite([
        {
          input: await open(picture(30, 30, 1))
            .png()
            .toBuffer(),
          left: 0,
          top: 0,
        },
      ])
      .toFile(join(folder, 'green.png'))
    const [square] = await all(from({ gray: 1 }), folder)
    expect(square!.pixels.data.at(-1)).toBe(150)
  })

  test('passes soft squares over, and takes others in their place', async () => {
    const root = await temporary()
    for (const name of ['a', 'b', 'c', 'd']) {
      await open(picture(96, 96, name, 60)).toFile(join(root, `sharp-${name}.png`))
      await open(picture(96, 96, name, 60))
        .blur(2)
        .toFile(join(root, `soft-${name}.png`))
    }
    expect(await all(from({ take: 8 }), root)).toHaveLength(8)
    const taken = groups(await all(from({ softest: 0.5, take: 4, crops: 2 }), root))
    expect(new Set(taken).size).toBe(4)
    for (const group of taken) expect(group).toMatch('set/sharp-')
  })

  test('passes squares over that are calm somewhere, but only where it is told to', async () => {
    const root = await temporary()
    for (const name of ['a', 'b']) {
      await open(picture(48, 48, name, 60)).toFile(join(root, `busy-${name}.png`))
      await open(picture(48, 24, name, 60))
        .extend({ bottom: 24, background: '#888' })
        .toFile(join(root, `half-${name}.png`))
    }
    expect(groups(await all(from({ calmest: 2.5 }), root)).sort()).toEqual(['set/busy-a.png', 'set/busy-b.png'])
    // A quarter of these is as calm as can be: what asks for sharpness alone takes them.
    expect(await all(from({ softest: 1 }), root)).toHaveLength(4)
  })

  test('prefers squares with something in them', async () => {
    const root = await temporary()
    const page = open({ data: new Uint8Array(480 * 480 * 3).fill(255), width: 480, height: 480, channels: 3 })
    const text = await open(picture(140, 140, 1))
      .png()
      .toBuffer()
    await page.composite([{ input: text, left: 20, top: 300 }]).toFile(join(root, 'page.png'))
    const squares = await all(from({ crops: 20 }), root)
    const empty = squares.filter(({ pixels }) => pixels.data.every((sample) => sample === 255))
    // A single draw would find nothing five times in six.
    expect(empty.length).toBeLessThan(10)
  })

  test('says so where there is nothing to take', async () => {
    const root = await tree({ 'small.png': [47, 47] })
    await expect(all(from(), root)).rejects.toThrow(
      `Expected pictures of at least 48 x 48 pixels for the pristine source "set" but found none in ${root}.`,
    )
  })
})

describe('folderOf', () => {
  test('the root by its name', async () => {
    const root = await temporary()
    expect(await folderOf(from(), { r: root })).toBe(root)
  })

  test('no such root, no such folder', async () => {
    await expect(folderOf(from(), { other: '.' })).rejects.toThrow(
      'Expected --root r=FOLDER for the pristine source "set" but there is none.',
    )
    const missing = join(await temporary(), 'missing')
    await expect(folderOf(from(), { r: missing })).rejects.toThrow(
      `Expected a folder for the pristine source "set" but found none at ${missing}.`,
    )
  })
})
