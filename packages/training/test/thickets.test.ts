import { execFile } from 'node:child_process'
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { lowBand, STATISTICS, statistics, survey } from '@diqa/core/model'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'

const script = fileURLToPath(new URL('../setup/thickets.mjs', import.meta.url))
const draw = (...flags: string[]) => promisify(execFile)(process.execPath, [script, ...flags])
let folder: string

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'diqa-thickets-'))
})
afterAll(() => rm(folder, { recursive: true }))

test('draws what is busy all over and no noise, the same for the same seed', async () => {
  const [first, again, other] = [join(folder, 'first'), join(folder, 'again'), join(folder, 'other')]
  await Promise.all([draw('--out', first, '--take', '6'), draw('--out', again, '--take', '1')])
  await draw('--out', other, '--take', '1', '--seed', '2')

  const names = await readdir(first)
  expect(names.map((name) => name.slice(4, -4))).toEqual(['blades', 'fur', 'leaves', 'pebbles', 'rough', 'tissue'])
  const blades = await readFile(join(first, names[0]!))
  expect(blades).toEqual(await readFile(join(again, names[0]!)))
  expect(blades).not.toEqual(await readFile(join(other, names[0]!)))
  for (const name of names) {
    const { data, info } = await sharp(join(first, name)).resize(300, 300).raw().toBuffer({ resolveWithObject: true })
    const picture = { data: new Uint8Array(data), width: info.width, height: info.height, channels: 3 as const }
    const low = lowBand(picture)
    const found = statistics(picture, low, survey(picture, low))
    const of = (statistic: (typeof STATISTICS)[number]) => found[STATISTICS.indexOf(statistic)]!
    // Three quarters of its pixels are more than a gray level from what is around them; of a clear sky hardly any is.
    expect(Math.exp(of('high25')) - 0.5, name).toBeGreaterThan(1)
    // Neighbouring pixels have much in common, which white noise has not.
    expect((of('acrossCorrelation') + of('downCorrelation')) / 2, name).toBeGreaterThan(0.2)
  }
}, 120_000)

test('wants a folder', async () => {
  await expect(draw()).rejects.toMatchObject({
    code: 2,
    stderr: 'Expected --out FOLDER: node setup/thickets.mjs --out thickets\n',
  })
})
