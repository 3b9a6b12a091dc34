import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import sharp from 'sharp'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { type CurveRow, drawCurves } from '../src/curves.js'

const history: CurveRow[] = Array.from({ length: 30 }, (_, i) => ({
  step: (i + 1) * 100,
  seconds: i * 20,
  loss: 1 / (i + 1),
  rate: 1e-3 * (1 - i / 30),
  score: -1,
  'SRCC koniq10k': 1 - 1 / (i + 2),
}))

let folder: string
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'diqa-curves-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function draw(rows: readonly CurveRow[]): Promise<string> {
  const file = join(folder, 'deeper/curves.svg')
  await drawCurves(rows, file)
  return readFileSync(file, 'utf8')
}

test('sorts the series into three panels', async () => {
  const svg = await draw(history)
  const texts = [...svg.matchAll(/<text[^>]*>([^<]*)<\/text>/g)].map((match) => match[1])
  for (const text of ['Loss (logarithmic)', 'loss', 'Correlation', 'SRCC koniq10k', 'Learning rate', 'rate']) {
    expect(texts).toContain(text)
  }
  expect(texts).not.toContain('score')
  expect(svg).toContain('viewBox="0 0 960 900"')
})

test('leaves out a panel without a series, and values that cannot be drawn', async () => {
  const rows: CurveRow[] = [
    { step: 1, seconds: 0, loss: 0.5, 'SRCC a': Number.NaN },
    { step: 2, seconds: 1, loss: 0 },
    { step: 3, seconds: 2, loss: 0.25 },
  ]
  const svg = await draw(rows)
  expect(svg).not.toContain('SRCC a')
  expect(svg).toContain('viewBox="0 0 960 300"')
  expect(svg).not.toContain('NaN')
})

test('is the same picture every time, but for its ids', async () => {
  const plain = (svg: string) => svg.replaceAll(/zr\d*-[\w-]+/g, 'id')
  expect(plain(await draw(history))).toBe(plain(await draw(history)))
})

test('draws a PNG at twice the size', async () => {
  const file = join(folder, 'curves.PNG')
  await drawCurves(history, file)
  expect(await sharp(file).metadata()).toMatchObject({ format: 'png', width: 1920, height: 1800 })
})

test('refuses other kinds of files and an empty history', async () => {
  await expect(drawCurves(history, 'curves.gif')).rejects.toThrow(
    'Expected a file ending in .svg or .png for the learning curves, received curves.gif.',
  )
  await expect(drawCurves([], 'curves.svg')).rejects.toThrow(
    'Expected at least one series for the learning curves, received none.',
  )
})
