import { readFileSync } from 'node:fs'
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { loadModel } from '@diqa/core/model'
import { describe, expect, test, vi } from 'vitest'
import { RunFolder } from '../../src/run/run-folder.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork, temporary } from '../tiny.js'
import { diqaTrain, done } from './host.js'

vi.mock('node:fs', { spy: true })

const shipped = fileURLToPath(new URL('../../../core/models/diqa-1', import.meta.url))

/** A run of stage 3 whose weights nobody trained. */
async function runAt(path: string, seed: number): Promise<void> {
  const network = livelyNetwork(tf, seed)
  const run = RunFolder.create(path)
  run.writeConfig({ command: 'head', flags: { steps: '9' }, data: [] })
  const { standard, pooledStandard: pooled } = network
  run.save('best.bin', await network.weights(), { step: 9, seconds: 60, standard, pooled })
}

test('two runs become a model whose card names both', async () => {
  const folder = await temporary()
  const [one, other, both] = ['one', 'other', 'both'].map((name) => join(folder, name)) as [string, string, string]
  await runAt(one, 1)
  await runAt(other, 2)
  expect(await done('average', both, '--from', one, '--with', other)).toMatch(
    /^Averaged, with weights of SHA-256 [0-9a-f]{64}; 1024 hidden units\.\n$/,
  )
  for (const run of [other, both]) await done('export', run, '--out', `${run}-model`)
  const { card, tensors } = loadModel(`${both}-model`)
  expect(tensors['quality/kernel']).toHaveLength(1024)
  const { sha256 } = loadModel(`${other}-model`).card.weights
  expect(card.training).toMatchObject({ command: 'average', with: sha256, from: { command: 'head' } })
  expect(await readFile(join(`${both}-model`, 'MODEL_CARD.md'), 'utf8')).toContain(
    `- Averaged with the weights of SHA-256 \`${sha256}\`: \`--from one --with other\`\n`,
  )
  // Such a model is averaged with another, too.
  expect(await done('average', join(folder, 'three'), '--from', `${both}-model`, '--with', one)).toContain(
    '1536 hidden',
  )
})

test('heads that went on from the other are averaged, too', async () => {
  const folder = await temporary()
  const at = (name: string) => join(folder, name)
  await runAt(at('one'), 1)
  await runAt(at('other'), 2)
  const one = new RunFolder(at('one'))
  one.writeConfig({ ...one.readConfig(), command: 'finetune', flags: { 'keep-heads': true } })
  const averaged = await done('average', at('both'), '--from', at('one'), '--with', at('other'), '--share', '0.25')
  expect(averaged).toContain('; 512 hidden units.')
  const weights = (name: string) => new RunFolder(at(name)).load('best.bin').tensors['hidden/bias']!
  const wanted = weights('one').map((bias, unit) => 0.75 * bias + 0.25 * weights('other')[unit]!)
  expect(weights('both')).toEqual(wanted)
  expect(new RunFolder(at('both')).has('calibration.json')).toBe(false)
  const map = { x: [10, 90], y: [0, 100] }
  new RunFolder(at('other')).writeJson('calibration.json', map)
  await done('average', at('again'), '--from', at('one'), '--with', at('other'))
  expect(JSON.parse(await readFile(join(at('again'), 'calibration.json'), 'utf8'))).toEqual(map)
  // Those of another width cannot be meant.
  expect(await done('average', at('three'), '--from', at('one'), '--with', shipped)).toContain('; 1536 hidden units.')
})

test('the shipped model, with itself, is what it was', async () => {
  const folder = await temporary()
  await done('average', join(folder, 'run'), '--from', shipped, '--with', shipped, '--share', '0.25')
  const { tensors } = new RunFolder(join(folder, 'run')).load('best.bin')
  const { card, tensors: before } = loadModel(shipped)
  expect(tensors['conv8/kernel']).toEqual(before['conv8/kernel'])
  expect(JSON.parse(await readFile(join(folder, 'run', 'calibration.json'), 'utf8'))).toEqual({
    x: card.calibration.x,
    y: card.calibration.y.map((value) => expect.closeTo(value, 9)),
  })
  expect(tensors['hidden/bias']).toEqual(Float32Array.of(...before['hidden/bias']!, ...before['hidden/bias']!))
})

test('weights are read once', async () => {
  const folder = await temporary()
  await runAt(join(folder, 'a'), 1)
  vi.mocked(readFileSync).mockClear()
  await done('average', join(folder, 'run'), '--from', shipped, '--with', join(folder, 'a'))
  const read = vi.mocked(readFileSync).mock.calls.map(([path]) => basename(String(path)))
  expect(read.filter((name) => name === 'weights.bin' || name === 'best.bin')).toEqual(['weights.bin', 'best.bin'])
})

describe('refuses', () => {
  test.each([
    ['--from a', 'Expected a value for --with but there is none.'],
    ['--with a', 'Expected a value for --from but there is none.'],
    ['--from a --with a --share 1.5', 'Expected 0 to 1 for --share but received "1.5".'],
    ['--from a --with a --share x', 'Expected a number of at least 0 for --share but received "x".'],
  ])('%s', async (flags, message) => {
    const folder = await temporary()
    await runAt(join(folder, 'a'), 1)
    const line = flags.split(' ').map((word) => (word === 'a' ? join(folder, 'a') : word))
    const { code, stderr } = await diqaTrain(['average', join(folder, 'run'), ...line])
    expect({ code, stderr }).toEqual({ code: 2, stderr: `diqa-train: ${message}\n` })
  })

  test('a run of stage 1, a folder that holds a run, and statistics of another version', async () => {
    const folder = await temporary()
    const at = (name: string) => join(folder, name)
    await runAt(at('a'), 1)
    await runAt(at('stage1'), 1)
    new RunFolder(at('stage1')).writeConfig({ command: 'pretrain', flags: {}, data: [] })
    await mkdir(at('model'))
    await cp(shipped, at('model'), { recursive: true })
    const card = JSON.parse(await readFile(join(at('model'), 'card.json'), 'utf8'))
    await writeFile(join(at('model'), 'card.json'), JSON.stringify({ ...card, preprocessing: 1 }))
    const said = async (run: string, from: string, other: string) =>
      (await diqaTrain(['average', at(run), '--from', at(from), '--with', at(other)])).stderr
    expect(await said('run', 'a', 'stage1')).toBe(
      `diqa-train: Expected a run of finetune, head or average at ${at('stage1')} but it is one of pretrain.\n`,
    )
    expect(await said('a', 'a', 'a')).toBe(`diqa-train: Expected an empty run folder but ${at('a')} holds a run.\n`)
    expect(await said('run', 'model', 'a')).toMatch(
      /^diqa-train: Expected weights for preprocessing 3 in .*model but they are for preprocessing 1/,
    )
  })
})
