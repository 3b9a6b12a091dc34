import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RunFolder } from '../../src/run/run-folder.js'
import { tf } from '../optimise/cpu.js'
import { livelyNetwork, picture, storeOf, temporary } from '../tiny.js'
import { diqaTrain } from './host.js'

/** A stopped run of finetune, as far as its settings go. */
async function stopped() {
  const folder = await temporary()
  const data = join(folder, 'data')
  const images = (['train', 'val', 'val'] as const).map((split, i) => ({ pixels: picture(32, 32, i), split }))
  const { header } = await storeOf(data, images)
  const run = RunFolder.create(join(folder, 'run'))
  run.writeConfig({
    command: 'finetune',
    flags: { steps: '9', side: '16', optimiser: 'nadam', precision: 'bfloat16', seed: '3', data: [`${data}:2`] },
    data: [{ name: header.name, sha256: header.digest, patches: 2 }],
  })
  writeFileSync(run.file('checkpoint.bin'), 'never read')
  const resume = async (...flags: string[]) => {
    const before = readFileSync(run.file('config.json'), 'utf8')
    const { code, stderr } = await diqaTrain(['finetune', run.path, '--resume', ...flags])
    expect(code).toBe(2)
    expect(readFileSync(run.file('config.json'), 'utf8')).toBe(before)
    return stderr.replace('diqa-train: ', '').trim()
  }
  return { folder, data, run, resume, digest: header.digest.slice(0, 12) }
}

test.each([
  [['--seed', '4'], '--seed 3', '4'],
  [['--side', '24'], '--side 16', '24'],
  [['--optimiser', 'adam'], '--optimiser nadam', 'adam'],
  [['--precision', 'float32'], '--precision bfloat16', 'float32'],
  [['--without-statistics'], '--without-statistics false', 'true'],
  [['--keep-heads', '--from', 'x'], '--keep-heads false', 'true'],
])('refuses %s', async (flags, was, is) => {
  const { run, resume } = await stopped()
  expect(await resume(...flags)).toBe(
    `Expected ${was} to resume ${run.path} but received ${is}: begin another run for other settings.`,
  )
})

test('refuses other patches, and data that changed since', async () => {
  const { run, resume, data, digest } = await stopped()
  expect(await resume('--data', `${data}:3`)).toBe(
    `Expected data tiny:2 (SHA-256 ${digest}) to resume ${run.path} but received tiny:3 (SHA-256 ${digest}): begin another run for other settings.`,
  )
  const images = (['train', 'val', 'val'] as const).map((split, i) => ({ pixels: picture(32, 32, 9 + i), split }))
  const { header } = await storeOf(data, images)
  expect(await resume()).toBe(
    `Expected data tiny:2 (SHA-256 ${digest}) to resume ${run.path} but received tiny:2 (SHA-256 ${header.digest.slice(0, 12)}): begin another run for other settings.`,
  )
})

test('refuses webgpu for a run in bfloat16, and would take it for one in float32', async () => {
  const { run, resume } = await stopped()
  expect(await resume('--engine', 'webgpu')).toBe(
    'Expected float32 for --precision, for --engine webgpu, but received "bfloat16".',
  )
  const { flags, ...config } = run.readConfig()
  run.writeConfig({ ...config, flags: { ...(flags as object), precision: 'float32' } })
  // The settings are looked at first.
  expect(await resume('--engine', 'webgpu', '--seed', '4')).toMatch(/^Expected --seed 3 to resume /)
})

test("refuses another stage's run", async () => {
  const { run } = await stopped()
  const { code, stderr } = await diqaTrain(['pretrain', run.path, '--resume'])
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: `diqa-train: Expected a run of pretrain at ${run.path} but it is one of finetune.\n`,
  })
})

test('refuses a --from whose f is another by now', async () => {
  const { folder, data, digest } = await stopped()
  const begun = RunFolder.create(join(folder, 'begun'))
  const train = async (seed: number) => {
    const weights = await livelyNetwork(tf, seed).weights()
    begun.save('best.bin', weights, { step: 1, seconds: 1 })
    return weights
  }
  begun.writeConfig({ command: 'finetune', flags: {}, data: [] })
  const run = RunFolder.create(join(folder, 'head'))
  const used = [{ name: 'tiny', sha256: digest, patches: 2 }]
  run.writeConfig({ command: 'head', flags: { steps: '9', from: begun.path, data: [`${data}:2`] }, data: used })
  const weights = Object.entries(await train(1)).map(([name, values]) => [`weights:${name}`, values])
  run.save('checkpoint.bin', Object.fromEntries(weights), { step: 1 })
  const resumed = async () => (await diqaTrain(['head', run.path, '--resume', '--seed', '2'])).stderr
  // The seed is looked at afterwards.
  expect(await resumed()).toMatch('Expected --seed 1 to resume ')
  const otherwise = await diqaTrain(['head', run.path, '--resume', '--max-pixels', '2048'])
  expect(otherwise.stderr).toBe(
    `diqa-train: Expected --max-pixels 131072 to resume ${run.path} but received 2048: begin another run for other settings.\n`,
  )
  await train(2)
  expect(await resumed()).toBe(
    `diqa-train: Expected the weights that the run at ${run.path} began with for --from but ${begun.path} has others: begin another run.\n`,
  )
})
