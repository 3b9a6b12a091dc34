import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { ladderFigures } from '../../src/ladders/figures.js'
import { type Row, readRows, toCsv } from '../../src/ladders/rows.js'
import { thresholdCurves, thresholdPanels } from '../../src/ladders/threshold-curves.js'
import { temporary } from '../tiny.js'

const limits = { warn: 40, error: 20 }

function row(picture: string, ladder: string, level: number, rest: Partial<Row>): Row {
  const kind = ladder.split(' ')[0]!
  return { set: 'photograph', picture, kind, ladder, level, order: level, ...rest }
}

/** Two photographs: one in perfect order, one with two neighbours swapped; and a graphic. */
const rows: Row[] = [
  row('a', 'lossless', 0, { score: 90 }),
  ...[10, 20, 30, 40].map((level) =>
    row('a', 'jpeg', level, { score: level, judged: level + 5, fault: level < 30 ? 'compression' : 'blur' }),
  ),
  row('b', 'lossless', 0, { score: 35 }),
  ...[10, 30, 20, 40].map((score, i) => row('b', 'jpeg', 10 * (i + 1), { score, judged: score })),
  row('b', 'upscaling cubic', 3, { score: 15 }),
  row('g', 'lossless', 0, { set: 'graphic', skipped: 'flat' }),
  row('g', 'jpeg', 10, { set: 'graphic', score: 50, judged: 30 }),
  row('g', 'palette', 4, { set: 'graphic', score: 80, judged: 95 }),
]

test('order within a picture', () => {
  const { order, photographs, graphics } = ladderFigures(rows, limits, { resamples: 50 })
  expect({ photographs, graphics }).toEqual({ photographs: 2, graphics: 1 })
  const [jpeg] = order
  expect(jpeg!.kind).toBe('jpeg')
  expect(jpeg!.srcc.value).toBeCloseTo((1 + 0.8) / 2, 12)
  // One of three pairs of one of two pictures.
  expect(jpeg!.disordered.value).toBeCloseTo(1 / 6, 12)
  expect([jpeg!.disordered.low, jpeg!.disordered.high]).toEqual([0, 1 / 3])
})

test('a difference of half a point is a tie, and scores that are all alike rank nothing', () => {
  const level = [10, 20, 30].map((at) => row('a', 'webp', at, { score: 50 - at / 20 }))
  expect(ladderFigures(level, limits, { resamples: 5 }).order[0]!.disordered.value).toBe(0)
  const alike = level.map((each) => ({ ...each, score: 50 }))
  expect(ladderFigures(alike, limits, { resamples: 5 }).order[0]!.srcc.value).toBe(0)
})

test('against the judge, photographs alone', () => {
  const { judged } = ladderFigures(rows, limits, { resamples: 50 })
  expect(judged.map(({ kind, rungs }) => [kind, rungs])).toEqual([
    ['all', 8],
    ['jpeg', 8],
  ])
  expect(judged[0]!.difference).toMatchObject({ value: 2.5, low: 0, high: 5 })
  expect(judged[0]!.srcc.value).toBeGreaterThan(0.9)
})

test('the fault that is named', () => {
  const { named } = ladderFigures(rows, limits, { resamples: 50 })
  // Two of the eight are called compression; nothing is said of the four of the other picture.
  expect(named).toMatchObject([
    { kind: 'all', rungs: 8, top1: { value: 0.25, low: 0, high: 0.5 } },
    { kind: 'jpeg', rungs: 8 },
  ])
  const good = rows.map((each) => ({ ...each, judged: 60 }))
  expect(ladderFigures(good, limits, { resamples: 5 }).named).toEqual([])
})

test('what is flagged, of what was scored', () => {
  const { flagged } = ladderFigures(rows, limits, { resamples: 50 })
  const of = (name: string) => flagged.find(({ what }) => what === name)!
  expect(of('lossless photographs')).toMatchObject({ pictures: 2, warned: { value: 0.5 }, failed: { value: 0 } })
  expect(of('lossless graphics')).toMatchObject({ pictures: 1, skipped: 1, warned: { value: Number.NaN } })
  expect(of('JPEG <= 20')).toMatchObject({ pictures: 2, warned: { value: 1 }, failed: { value: 0.5 } })
  expect(of('3x upscaling')).toMatchObject({ warned: { value: 1 }, failed: { value: 1 } })
  expect(of('graphics at JPEG 10').warned.value).toBe(0)
  // Four colours were enough for it: the judge saw no harm, so there is none to flag.
  expect(of('graphics with 4 colours')).toBeUndefined()
})

test('the table comes back as it was', async () => {
  const file = join(await temporary(), 'ladders.csv')
  const named = [...rows, row('odd, "name".png', 'jpeg', 10, { score: 1.5 })]
  await writeFile(file, toCsv(named))
  expect(readRows(file)).toEqual(named)
})

test('what is no such table', async () => {
  const file = join(await temporary(), 'other.csv')
  expect(() => readRows(file)).toThrow(/^Expected a table of "diqa-train ladders" for .*other\.csv but found ENOENT/)
  await writeFile(file, 'set,picture\nphotograph,a.png\n')
  expect(() => readRows(file)).toThrow(`Expected a column kind for ${file} but found none`)
})

test('every threshold', () => {
  const curves = thresholdCurves(rows)
  expect(curves).toHaveLength(101)
  expect(curves[0]!.flagged).toEqual({
    'lossless photographs': 0,
    'JPEG <= 20': 0,
    '3x upscaling': 0,
    'graphics at JPEG 10': 0,
  })
  expect(curves[20]!.flagged['JPEG <= 20']).toBe(0.5)
  expect(curves[36]!.flagged['lossless photographs']).toBe(0.5)
  expect(curves[100]!.flagged).toMatchObject({ 'lossless photographs': 1, 'JPEG <= 20': 1 })
  const [alarms, misses] = thresholdPanels(curves)
  expect(alarms!.series.map(({ name }) => name)).toEqual(['lossless photographs'])
  expect(alarms!.series[0]!.points[36]).toEqual([36, 50])
  expect(misses!.series[0]!.points[20]).toEqual([20, 50])
})
