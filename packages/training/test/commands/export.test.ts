import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { loadModel } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { withoutFolders } from '../../src/commands/export-run.js'
import { ladderFigures } from '../../src/ladders/figures.js'
import { compare, evaluate, faultAccuracy } from '../../src/measure/index.js'
import { Network } from '../../src/network/network.js'
import { RunFolder } from '../../src/run/run-folder.js'
import { tf } from '../optimise/cpu.js'
import { temporary } from '../tiny.js'
import { diqaTrain } from './host.js'

test('flags keep the last part of their paths alone', () => {
  expect(
    withoutFolders({
      steps: '900',
      rate: '0.001',
      from: '/home/me/runs/stage1/',
      data: ['/data/biq2021:20', '../judged:12', 'C:\\sets\\live:3', '/data/live/:4'],
      root: ['gnome=/usr/share/gnome', 'web-2=pictures'],
      recipe: 'recipes/web.json',
    }),
  ).toEqual({
    steps: '900',
    rate: '0.001',
    from: 'stage1',
    data: ['biq2021:20', 'judged:12', 'live:3', 'live:4'],
    root: ['gnome=gnome', 'web-2=pictures'],
    recipe: 'web.json',
  })
})

const NOT_QUANTISED = 'Not quantised: core needs int8.bin too, which "diqa-train quantise" adds.\n'

async function exported(notes: { calibrated: boolean }) {
  const folder = await temporary()
  const run = RunFolder.create(join(folder, 'run'))
  const network = new Network(tf, 3)
  run.writeConfig({
    command: 'finetune',
    flags: { steps: '900', from: '/secret/place/stage1', data: ['/secret/place/biq2021:20'] },
    data: [{ name: 'BIQ2021', sha256: 'b'.repeat(64), patches: 20 }],
    from: {
      step: 70,
      seconds: 240,
      figures: { mapLoss: 0.02, mapCorrelation: 0.71 },
      command: 'pretrain',
      flags: { seed: '7', steps: '90', data: '/secret/place/judged' },
      data: [{ name: 'judged', sha256: 'c'.repeat(64), patches: 32 }],
    },
  })
  run.save('best.bin', await network.weights(), {
    step: 800,
    seconds: 125.4,
    'SRCC biq2021': 0.8,
    standard: network.standard,
    pooled: network.pooledStandard,
  })
  if (notes.calibrated) {
    const opinions = Array.from({ length: 40 }, (_, i) => i)
    const predictions = opinions.map((opinion) => opinion + 9 * Math.sin(opinion))
    // "rare" has one image: none of its figures is defined, and JSON keeps them as null.
    const distortion = opinions.map((_, i) => (i === 0 ? 'rare' : 'jpeg'))
    const part = opinions.map((_, i) => (i < 20 ? 'ss01' : 'ss02'))
    const network = evaluate(predictions, opinions, { distortion, part })
    const differences = compare(predictions, opinions, opinions)
    const others = [{ name: 'quadratic ridge', figures: evaluate(opinions, opinions, { part }), differences }]
    const faults = faultAccuracy(['blur', 'none'], ['blur', 'noise'], [20, 30])
    run.writeJson('calibration.json', { x: [40, 60], y: [10, 90] })
    run.writeJson('evaluation.json', [
      { data: 'BIQ2021', sha256: 'b'.repeat(64), split: 'test', maxPixels: 131072, network, others, faults },
    ])
    const interval = { value: 0.7, low: 0.6, high: 0.8 }
    run.writeJson('budget.json', [
      {
        data: 'BIQ2021',
        split: 'val',
        images: 40,
        rows: [{ tiles: 4, looked: 65536, srcc: interval, difference: interval }],
      },
    ])
    const rung = { set: 'photograph' as const, picture: 'a', kind: 'jpeg', ladder: 'jpeg' }
    const rows = [10, 20].map((level) => ({ ...rung, level, order: level, score: 2 * level, judged: level }))
    run.writeJson('ladders.json', {
      maxPixels: 131072,
      thresholds: { warn: 40, error: 20 },
      figures: ladderFigures(rows, { warn: 40, error: 20 }),
    })
    writeFileSync(
      join(folder, 'ablation.json'),
      JSON.stringify({
        stage1Steps: 3,
        steps: 9,
        variants: [{ name: 'without stage 1', sets: [{ data: 'BIQ2021', images: 40, srcc: interval }] }],
      }),
    )
  }
  const out = join(folder, 'model')
  const { code, stdout, stderr } = await diqaTrain([
    ...['export', run.path, '--out', out, '--id', 'diqa-9'],
    ...(notes.calibrated ? ['--ablation', join(folder, 'ablation.json')] : []),
  ])
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  const markdown = readFileSync(join(out, 'MODEL_CARD.md'), 'utf8')
  return { model: loadModel(out), card: readFileSync(join(out, 'card.json'), 'utf8'), markdown, stdout, out }
}

test('the card and MODEL_CARD.md name data, hashes, seed and figures, and no place', async () => {
  const { model, card, markdown, stdout, out } = await exported({ calibrated: true })
  expect(stdout).toBe(`${NOT_QUANTISED}Wrote diqa-9, weights SHA-256 ${model.card.weights.sha256}, to ${out}.\n`)
  expect(model.card.calibration).toEqual({ x: [40, 60], y: [10, 90] })
  expect(model.card.training).toMatchObject({
    step: 800,
    seconds: 125,
    figures: { 'SRCC biq2021': 0.8 },
    command: 'finetune',
    flags: { seed: '1', side: '112', optimiser: 'adam', steps: '900', from: 'stage1', data: ['biq2021:20'] },
    data: [{ name: 'BIQ2021', sha256: 'b'.repeat(64), patches: 20 }],
    from: { command: 'pretrain', step: 70, flags: { seed: '7', data: 'judged' }, data: [{ name: 'judged' }] },
    measured: { sets: [{ data: 'BIQ2021', split: 'test' }], ladders: { maxPixels: 131072 }, budgets: [{ images: 40 }] },
  })
  for (const text of [card, markdown]) {
    expect(text).not.toContain('secret')
    expect(text).not.toContain('NaN')
    for (const part of [model.card.weights.sha256, 'b'.repeat(64), 'c'.repeat(64)]) expect(text).toContain(part)
  }
  expect(markdown).toContain('# diqa-9\n')
  expect(markdown).toContain(
    '- Stage 1, the best weights after 70 steps and 4 minutes: `--seed 7 --steps 90 --data judged`\n  (val: mapLoss 0.020, mapCorrelation 0.710)\n' +
      '- Stage 2, the best weights after 800 steps and 2 minutes: `--seed 1 --side 112 --optimiser adam --steps 900 --from stage1 --data biq2021:20`\n  (val: SRCC biq2021 0.800)\n' +
      '- Calibration: 2 knots, 40.0 -> 10.0, 60.0 -> 90.0\n',
  )
  expect(markdown).toContain(
    `| 1 | judged | 32 | \`${'c'.repeat(64)}\` |\n| 2 | BIQ2021 | 20 | \`${'b'.repeat(64)}\` |\n`,
  )
  expect(markdown).toContain('\n### BIQ2021, test, 40 images, 131072 pixels of each\n')
  const estimate = '0\\.\\d{3} \\(0\\.\\d{3} to \\d\\.\\d{3}\\)'
  expect(markdown).toMatch(
    new RegExp(`\\| network \\| ${estimate} \\| ${estimate} \\| ${estimate} \\| \\d+\\.\\d \\|  \\|`),
  )
  expect(markdown).toMatch(/\| quadratic ridge \| 1\.000 \(.*\| -0\.\d{3} \(-0\.\d{3} to -0\.\d{3}\) \|/)
  expect(markdown).toContain('| part | images | SRCC, network | SRCC, quadratic ridge |')
  expect(markdown).toMatch(/\| ss01 \| 20 \| 0\.\d{3} .*\| 1\.000 \(1\.000 to 1\.000\) \|/)
  expect(markdown).toContain('| rare | 1 | - (- to -) | - | - |')
  expect(markdown).toContain('Fault named right: 50.0 % (0.0 to 100.0) of 2 pictures with SSIMULACRA2 < 60.')
  expect(markdown).toContain('| noise | 1 | 0.0 % | none |')
  expect(markdown).toContain('| jpeg | 1.0000 (1.0000 to 1.0000) | 0.0 % (0.0 to 0.0) |')
  expect(markdown).toContain('| all | 2 | 1.000 (1.000 to 1.000) | 15.0 (15.0 to 15.0) |')
  expect(markdown).toContain('| JPEG <= 20 | 1 | 0 | 50.0 % (50.0 to 50.0) | 0.0 % (0.0 to 0.0) |')
  expect(markdown).toContain('| 4 | 65536 | 0.700 (0.600 to 0.800) | 0.700 (0.600 to 0.800) |')
  expect(markdown).toContain('### Without a part, 3 steps of stage 1 and 9 of stage 2')
  expect(markdown).toContain('| without stage 1 | 0.700 (0.600 to 0.800) |')
})

test('says that a run is not calibrated', async () => {
  const { stdout, model } = await exported({ calibrated: false })
  expect(stdout).toMatch(`Not calibrated: the scores are as the network learned them.\n${NOT_QUANTISED}Wrote diqa-9`)
  expect(model.card.calibration).toEqual({ x: [0, 100], y: [0, 100] })
})
