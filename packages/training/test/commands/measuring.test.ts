import { existsSync, readFileSync } from 'node:fs'
import { copyFile, mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import type { EvaluatedSet } from '../../src/commands/evaluated-set.js'
import { readRows } from '../../src/ladders/rows.js'
import { BY_SIZE, fakeJudge } from '../distort/fake-judge.js'
import { nativeTensorFlow } from '../tiny.js'
import { diqaTrain, done } from './host.js'
import { noisySet } from './noisy-set.js'

const read = (file: string) => JSON.parse(readFileSync(file, 'utf8'))

/** A prepared set and a run of a few steps. */
async function trained() {
  const root = await noisySet()
  const at = (name: string) => join(root, name)
  await done('prepare', 'plain-csv', at('noisy'), '--out', at('prepared'))
  const small = ['--side', '16', '--steps', '6', '--val-images', '4', '--val-pixels', '1024']
  await done('finetune', at('run'), '--data', `${at('prepared')}:4`, ...small)
  return at
}

test('a run beside other metrics, by tiles, and on ladders, all in its card', async (context) => {
  await nativeTensorFlow(context)
  const at = await trained()
  const images = (read(at('prepared/store.json')).images as { name: string; quality?: number; split: string }[]).filter(
    ({ quality, split }) => quality !== undefined && split === 'val',
  )
  const table = (score: (quality: number) => number) =>
    ['image,score', ...images.map(({ name, quality }) => `${name},${score(quality!)}`)].join('\n')
  await writeFile(
    at('oracle.csv'),
    table((quality) => quality),
  )
  await writeFile(
    at('distance.csv'),
    table((quality) => -quality),
  )
  const against = ['--against', at('oracle.csv'), '--against-lower', at('distance.csv')]
  const printed = await done(
    'evaluate',
    at('run'),
    ...['--data', at('prepared'), '--max-pixels', '1024', '--root', `noisy=${at('noisy')}`, ...against],
  )
  expect(printed).toMatch(/^oracle +15 +1\.000 \(1\.000 to 1\.000\)/m)
  const [set] = read(at('run/evaluation.json')) as [EvaluatedSet]
  const srccs = Object.fromEntries(set.others.map(({ name, figures }) => [name, figures.overall.srcc]))
  expect(srccs).toMatchObject({ oracle: 1, distance: 1 })
  // Noise is what people dislike here, and it costs bits.
  expect(srccs['bits a pixel']).toBeLessThan(-0.5)
  expect(srccs['variance of the Laplacian']).toBeLessThan(-0.5)
  expect(set.others.filter(({ penalty }) => penalty !== undefined)).toHaveLength(3)
  for (const { differences, figures } of set.others) {
    expect(differences.srcc.value).toBeCloseTo(set.network.overall.srcc - figures.overall.srcc, 12)
  }

  expect(await done('budget', at('run'), '--data', at('prepared'), '--out', at('budget.svg'))).toMatch(
    /^whole image +4096 {2}\S+ \(.* 0\.000 \(0\.000 to 0\.000\)$/m,
  )
  expect(readFileSync(at('budget.svg'), 'utf8')).toContain('SRCC on noisy, val, 15 images')

  for (const folder of ['photographs', 'graphics']) await mkdir(at(folder))
  await copyFile(at('noisy/1.png'), at('photographs/one.png'))
  await copyFile(at('noisy/2.png'), at('graphics/two.png'))
  const ladders = [
    'ladders',
    '--run',
    at('run'),
    '--photographs',
    at('photographs'),
    '--graphics',
    at('graphics'),
    '--data',
    at('prepared'),
  ]
  const scores = await done(...ladders, '--out', at('first.csv'), '--judge', await fakeJudge(BY_SIZE))
  expect(scores).toMatch(/^2 of 2 pictures\n1 photographs, 1 graphics\n/)
  const rows = readRows(at('first.csv'))
  expect(rows.filter(({ kind, judged }) => kind !== 'lossless' && judged === undefined)).toEqual([])
  // Judged once, for every checkpoint to come.
  await done(...ladders, '--out', at('second.csv'), '--judged', at('first.csv'))
  expect(readRows(at('second.csv'))).toEqual(rows)
  expect(await done('thresholds', at('first.csv'), '--out', at('thresholds.svg'), '--every', '50')).toMatch(
    /^\| threshold \| lossless photographs, % flagged .*\n.*\n\| 0 \| 0\.0 .*\n\| 50 \| .*\n\| 100 \| 100\.0 .*\n$/,
  )

  await done('export', at('run'), '--out', at('model'))
  const card = readFileSync(at('model/MODEL_CARD.md'), 'utf8')
  for (const part of ['| oracle | 1.000', 'Tiles of 128 x 128 on noisy', 'Ladders of 1 photographs and 1 graphics']) {
    expect(card).toContain(part)
  }
  // Scores of another map.
  await done('calibrate', at('run'), '--data', at('prepared'), '--knots', '2')
  expect(existsSync(at('run/ladders.json'))).toBe(false)
}, 180_000)

test('faults are measured where a judge says what is bad enough to have one', async (context) => {
  await nativeTensorFlow(context)
  const at = await trained()
  const faults = async () => {
    const printed = await done('evaluate', at('run'), '--data', at('prepared'))
    return { printed, faults: (read(at('run/evaluation.json')) as EvaluatedSet[])[0]!.faults }
  }
  expect((await faults()).faults).toBeUndefined()
  const store = read(at('prepared/store.json'))
  for (const image of store.images) if (image.quality !== undefined) image.distortion = 'noise'
  await writeFile(at('prepared/store.json'), JSON.stringify({ ...store, truth: 'judge' }))
  const judged = await faults()
  // Three pictures of val, each at 50, 25 and 0; at 75 and 100 nothing is wrong enough.
  expect(judged.faults).toMatchObject({ images: 9, faults: [{ name: 'noise', images: 9 }] })
  expect(judged.printed).toMatch(/\nfault named right: [01]\.\d{3} \(.*\) of 9\n$/)
}, 120_000)

test('what another metric does not say is not made up', async (context) => {
  await nativeTensorFlow(context)
  const at = await trained()
  const said = async (...flags: string[]) => {
    const { code, stderr } = await diqaTrain(['evaluate', at('run'), '--data', at('prepared'), ...flags])
    expect(code).toBe(2)
    return stderr.slice('diqa-train: '.length, -1)
  }
  await writeFile(at('few.csv'), 'image,score\n10-0.png,1\n')
  expect(await said('--against', at('few.csv'))).toBe(
    `Expected a score for 10-1.png in ${at('few.csv')} but found none`,
  )
  await writeFile(at('odd.csv'), 'image,score\n10-0.png,high\n')
  expect(await said('--against', at('odd.csv'))).toBe(
    `Expected a number for the score of 10-0.png in ${at('odd.csv')} but found "high"`,
  )
  expect(await said('--against', at('none.csv'))).toMatch(/^Expected a CSV file for --against but found .*ENOENT/)
  expect(await said('--root', `nosiy=${at('noisy')}`)).toBe(
    'Expected one of noisy for the name in --root but received "nosiy".',
  )
  expect(await said('--root', `noisy=${at('prepared')}`)).toMatch('ENOENT')
}, 120_000)

test('a search that is stopped goes on, and ends with a table and a picture', async (context) => {
  await nativeTensorFlow(context)
  const at = await trained()
  const data = ['--data', `${at('prepared')}:4`, '--pairs', at('prepared'), '--val-images', '4']
  const args = ['search', at('search'), ...data, '--steps', '6', '--trials', '3', '--side', '16', '--side', '24']
  const stopped = await diqaTrain(args, (text, send) => {
    if (text.startsWith('round 1, trial 2')) send('SIGTERM')
  })
  expect(stopped).toMatchObject({ code: 130, stderr: 'Stopping ...\n' })
  const printed = await done(...args)
  // Two trials were done; the third, and the best of them in the last round, were not.
  expect(printed).toMatch(
    /^3 trials, 2 rounds, 17 steps\nround 1, trial 3: SRCC .*\nround 2, trial \d: SRCC .* after 6 steps\n\| round \|/,
  )
  const { results } = read(at('search/search.json'))
  expect(results.map(({ round, steps }: { round: number; steps: number }) => [round, steps])).toEqual([
    [0, 2],
    [0, 2],
    [0, 2],
    [1, 6],
  ])
  const config = read(at('search/round-1/trial-3/stage2/config.json'))
  const { rate, alpha, p, map, side } = results[2]
  expect(config.flags).toMatchObject({ rate: `${rate}`, alpha: `${alpha}`, p: `${p}`, map: `${map}`, side: `${side}` })
  expect(config.from.flags).toMatchObject({ rate: `${rate}`, alpha: `${alpha}`, p: `${p}`, side: `${side}` })
  expect(readFileSync(at('search/search.csv'), 'utf8').trim().split('\n')).toHaveLength(5)
  expect(readFileSync(at('search/search.svg'), 'utf8')).toContain('SRCC on val by rate')
}, 120_000)

test('an ablation trains every variant', async (context) => {
  await nativeTensorFlow(context)
  const at = await trained()
  const data = ['--data', `${at('prepared')}:4`, '--pairs', at('prepared'), '--val-images', '4']
  const printed = await done('ablate', at('ablation'), ...data, '--steps', '3', '--stage1-steps', '2', '--side', '16')
  for (const name of ['whole', 'without stage 1', 'without reliability', 'without the statistics']) {
    expect(printed).toMatch(new RegExp(`^${name}:$`, 'm'))
  }
  const { variants } = read(at('ablation/ablation.json'))
  expect(variants).toHaveLength(4)
  for (const { sets } of variants) expect(sets).toMatchObject([{ data: 'noisy', images: 15 }])
  const flags = (variant: string) => read(at(`ablation/${variant}/stage2/config.json`))
  expect(flags('without-stage-1')).not.toHaveProperty('from')
  expect(flags('without-reliability')).toMatchObject({ flags: { alpha: '0' }, from: { flags: { alpha: '0' } } })
  expect(flags('without-statistics')).toMatchObject({ flags: { 'without-statistics': true } })
}, 120_000)
