import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { createScorer } from '@diqa/core'
import { STATISTICS } from '@diqa/core/model'
import { expect, test } from 'vitest'
import { RunFolder } from '../../src/run/run-folder.js'
import { nativeTensorFlow } from '../tiny.js'
import { done } from './host.js'
import { noisySet } from './noisy-set.js'

const bin = fileURLToPath(new URL('../../bin/diqa-train.js', import.meta.url))

test('from a data set to a model that core scores with', async (context) => {
  await nativeTensorFlow(context)
  const root = await noisySet()
  const at = (name: string) => join(root, name)
  expect(await done('prepare', 'plain-csv', at('noisy'), '--out', at('prepared'))).toMatch(
    /^75 of 75 images\nPrepared noisy, opinions from 1 to 5, SHA-256 [0-9a-f]{64}\.\n$/,
  )
  const training = ['--side', '32', '--warmup', '2', '--validate-every', '4', '--rate', '0.003', '--seed', '5']
  const stage1 = await done(
    'pretrain',
    at('one'),
    '--data',
    at('prepared'),
    '--batch',
    '4',
    '--steps',
    '8',
    ...training,
  )
  expect(stage1).toMatch(/^step 4 .*mapLoss .*\nstep 8 .*mapCorrelation .*ETA 0:00\n$/)
  const data = ['--data', `${at('prepared')}:8`]
  await done('finetune', at('two'), '--from', at('one'), ...data, '--steps', '40', ...training)
  const stage3 = await done(
    'head',
    at('three'),
    '--from',
    at('two'),
    ...data,
    '--steps',
    '40',
    '--validate-every',
    '20',
  )
  expect(stage3).toMatch(/^f has seen 65 of 65 pictures of noisy\nstep 20 .*SRCC noisy .*\nstep 40 .*ETA 0:00\n$/)
  expect(await done('calibrate', at('three'), '--data', at('prepared'), '--knots', '4')).toMatch(
    /^( *[\d.-]+ -> [\d.]+\n)+$/,
  )
  const table = await done('evaluate', at('three'), '--data', at('prepared'), '--split', 'test', '--max-pixels', '1024')
  const all = `${STATISTICS.length} statistics`
  const lines = [`ridge, ${all}`, `quadratic ridge, ${all}`].map((name) => `${name} +10 .*\\n`).join('')
  expect(table).toMatch(
    new RegExp(
      `^noisy, test, 1024 pixels an image\\n.*\\nnetwork +10 .*\\nquadratic ridge, 16 statistics +10 .*\\n${lines}(network - .*\\n){3}$`,
    ),
  )
  await done('evaluate', at('three'), '--data', at('prepared'))
  await done('export', at('three'), '--out', at('model'), '--id', 'noise-1', '--data', at('prepared'))
  const exported = readFileSync(at('model/int8.bin'))
  expect(await done('quantise', at('model'), '--data', at('prepared'), '--images', '1')).toMatch(
    /^Wrote int8 weights for noise-1, SHA-256 [0-9a-f]{64}, to /,
  )
  expect(Buffer.compare(readFileSync(at('model/int8.bin')), exported)).not.toBe(0)
  // An older note is replaced, one of another split kept.
  const card = JSON.parse(readFileSync(at('model/card.json'), 'utf8'))
  expect(card.training.measured.sets.map(({ split }: { split: string }) => split)).toEqual(['test', 'val'])
  expect(readFileSync(at('model/MODEL_CARD.md'), 'utf8')).toContain(`- Int8 weights: SHA-256 \`${card.int8.sha256}\`, `)
  expect(card.int8.data).toMatchObject([{ name: 'noisy', images: 1 }])
  expect(card.training).toMatchObject({
    command: 'head',
    flags: { from: 'two', data: ['prepared:8'] },
    from: {
      command: 'finetune',
      flags: { seed: '5', from: 'one', data: ['prepared:8'] },
      data: [{ name: 'noisy', patches: 8 }],
      from: { command: 'pretrain', data: [{ name: 'noisy', patches: 4 }] },
    },
  })
  for (const file of ['card.json', 'MODEL_CARD.md'])
    expect(readFileSync(at(`model/${file}`), 'utf8')).not.toContain(root)

  // A model goes on where the run folders that it was made of are gone, and its card tells of all of them.
  await done('finetune', at('four'), '--from', at('model'), ...data, '--steps', '4', ...training)
  const head = ['--from', at('model'), ...data, '--steps', '4', '--validate-every', '4']
  await done('head', at('five'), ...head)
  for (const run of ['four', 'five']) {
    expect(new RunFolder(at(run)).readConfig()).toMatchObject({ from: { command: 'head', from: { from: {} } } })
    expect(readFileSync(join(at(run), 'config.json'), 'utf8')).not.toContain('measured')
  }

  // With its heads, stopped and resumed: their width is that of the model.
  const kept = ['--from', at('model'), '--keep-heads', '--patches', '2', '--dropout', '0.2', ...data]
  await done('finetune', at('six'), ...kept, '--steps', '4', ...training)
  expect(await done('finetune', at('six'), '--resume', '--steps', '5')).toContain('step 5 ')

  const scorer = await createScorer({ model: at('model'), concurrency: 1 })
  const scores: number[] = []
  for (const i of [0, 2, 4]) {
    const result = await scorer.score(join(at('noisy'), `13-${i}.png`))
    scores.push(result.status === 'scored' ? result.score : Number.NaN)
  }
  await scorer.dispose()
  expect(scores[0]).toBeGreaterThan(scores[1]!)
  expect(scores[1]).toBeGreaterThan(scores[2]!)

  const best = readFileSync(at('three/best.bin'))
  // What f said of the pictures is kept.
  expect(await done('head', at('three'), '--resume', '--steps', '44')).toMatch(/^step 44 .*ETA 0:00\n$/)
  // What was measured of other weights must not end in a card.
  const same = readFileSync(at('three/best.bin')).equals(best)
  expect([existsSync(at('three/calibration.json')), existsSync(at('three/evaluation.json'))]).toEqual([same, same])
  expect(new RunFolder(at('three')).readConfig()).toMatchObject({ flags: { steps: '44' }, from: { from: {} } })
  // Stage 1 need not be there any more.
  rmSync(at('one'), { recursive: true })
  await done('finetune', at('two'), '--resume', '--steps', '44')
  expect(new RunFolder(at('two')).readConfig()).toMatchObject({ flags: { steps: '44', rate: '0.003' }, from: {} })
}, 120_000)

test('SIGTERM in the middle: exit code 130, a checkpoint, and --resume goes on', async (context) => {
  await nativeTensorFlow(context)
  const root = await noisySet()
  const [prepared, run] = [join(root, 'prepared'), join(root, 'run')]
  await done('prepare', 'plain-csv', join(root, 'noisy'), '--out', prepared)
  const args = [
    'finetune',
    run,
    '--data',
    `${prepared}:4`,
    '--steps',
    '100000',
    '--side',
    '16',
    '--validate-every',
    '3',
  ]
  const child = spawn(process.execPath, [bin, ...args, '--val-images', '4', '--val-pixels', '1024'])
  let stdout = ''
  child.stdout.on('data', (text) => {
    stdout += text
    if (stdout.includes('step 6 ')) child.kill('SIGTERM')
  })
  let stderr = ''
  child.stderr.on('data', (text) => {
    stderr += text
  })
  const [code, signal] = await once(child, 'close')
  expect({ code, signal }).toEqual({ code: 130, signal: null })
  expect(stderr).toContain('Stopping ...\n')
  const folder = new RunFolder(run)
  const step = folder.load('checkpoint.bin').facts.step as number
  expect(step).toBeGreaterThanOrEqual(6)
  expect(await done('finetune', run, '--resume', '--steps', `${step + 3}`)).toContain(`step ${step + 3} `)
  const steps = folder.history(step + 3).map((row) => row.step)
  expect(steps).toEqual([...new Set(steps)])
  expect(steps.slice(0, 2)).toEqual([3, 6])
  expect(steps.at(-1)).toBe(step + 3)
}, 120_000)
