import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'

const run = promisify(execFile)
const script = fileURLToPath(new URL('../setup/drawings.mjs', import.meta.url))
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diqa-drawings-'))
})
afterAll(() => rm(folder, { recursive: true }))

const draw = (...flags: string[]) => run(process.execPath, [script, ...flags])

test('draws maps, diagrams and charts by turns, the same for the same seed', async () => {
  const [first, again, other] = [join(folder, 'first'), join(folder, 'again'), join(folder, 'other')]
  await draw('--out', first, '--take', '3')
  await draw('--out', again, '--take', '3')
  await draw('--out', other, '--take', '1', '--seed', '2')

  expect(await readdir(first)).toEqual(['000-map.png', '001-diagram.png', '002-chart.png'])
  for (const name of await readdir(first)) {
    expect(await readFile(join(first, name))).toEqual(await readFile(join(again, name)))
    expect(await sharp(join(first, name)).metadata()).toMatchObject({ width: 640, height: 512, hasAlpha: false })
    const { entropy } = await sharp(join(first, name)).stats()
    expect(entropy, `${name} has something in it`).toBeGreaterThan(0.5)
  }
  expect(await readFile(join(first, '000-map.png'))).not.toEqual(await readFile(join(other, '000-map.png')))
})

test('leaves half of the drawings without antialiasing: flat colours and nothing in between', async () => {
  const out = join(folder, 'many')
  await draw('--out', out, '--take', '12')
  const colours = await Promise.all(
    (await readdir(out)).map(async (name) => {
      const pixels = await sharp(join(out, name)).raw().toBuffer()
      return new Set(Array.from({ length: pixels.length / 3 }, (_, i) => pixels.readUIntBE(3 * i, 3))).size
    }),
  )
  expect(colours.filter((count) => count < 60).length).toBeGreaterThanOrEqual(3)
  expect(colours.filter((count) => count >= 60).length).toBeGreaterThanOrEqual(3)
})

test('wants a folder', async () => {
  await expect(draw()).rejects.toMatchObject({
    code: 2,
    stderr: 'Expected --out FOLDER: node setup/drawings.mjs --out drawings\n',
  })
})
