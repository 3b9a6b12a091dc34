import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { beginning } from '../../packages/training/src/commands/beginning.js'
import { Network } from '../../packages/training/src/network/network.js'
import { Adam } from '../../packages/training/src/optimise/index.js'
import { RunFolder } from '../../packages/training/src/run/run-folder.js'
import { type Stage, train } from '../../packages/training/src/run/train.js'
import { Finetune } from '../../packages/training/src/stages/finetune.js'
import { HeadTuning } from '../../packages/training/src/stages/head-tuning.js'
import { StoredPairs } from '../../packages/training/src/stages/pairs.js'
import { Pretrain } from '../../packages/training/src/stages/pretrain.js'
import type { Store } from '../../packages/training/src/store/store.js'
import { tf } from '../../packages/training/test/optimise/cpu.js'
import { picture, storeOf, TINY_FINETUNE, temporary } from '../../packages/training/test/tiny.js'
import { inProject } from './support/child.js'
import { projectWith, softwareGpu } from './support/project.js'

const { side } = TINY_FINETUNE
const steps = 2
const entry = JSON.stringify(new URL('../../packages/training/dist/run-command.js', import.meta.url).href)

/** Of the command line below; what is not here is the default of `diqa-train` too. */
const FLAGS = ['--engine', 'webgpu', '--steps', `${steps}`, '--warmup', '1']

/** Two pictures, one to train on, each in four versions. */
async function pictures(): Promise<Store> {
  const images = [0, 1].flatMap((content) =>
    [0, 40, 80, 120].map((grain, i) => ({
      pixels: picture(16, 16, content, grain),
      split: content === 0 ? ('train' as const) : ('val' as const),
      quality: 90 - 25 * i + content,
      distortion: i === 0 ? 'none' : 'noise',
      ...(i > 0 && { reference: 4 * content }),
    })),
  )
  return storeOf(await temporary(), images)
}

/** A run on the plain JavaScript backend. @returns its log */
async function onProcessor<Batch>(network: Network, stage: Stage<Batch>, validateEvery = steps) {
  const folder = RunFolder.create(await temporary())
  const optimiser = new Adam(tf, network.variables, { weightDecay: 1e-4, clipNorm: 5 })
  await train(network, optimiser, stage, folder, {
    steps,
    learningRate: 1e-3,
    warmup: 1,
    validateEvery,
    checkpointMinutes: 60,
    averageDecay: 0.99,
    resume: false,
    print: () => {},
    signal: new AbortController().signal,
  })
  return folder.history(steps)
}

async function expectAlike(run: string, wanted: object[]): Promise<void> {
  const history = new RunFolder(run).history(steps)
  expect(history).toHaveLength(wanted.length)
  for (const [i, { seconds: _, ...row }] of history.entries()) {
    for (const [name, value] of Object.entries(row)) {
      const expected = (wanted[i] as Record<string, number>)[name]!
      expect(Math.abs(value - expected), `${name} of row ${i + 1}`).toBeLessThanOrEqual(1e-3 * Math.abs(expected))
    }
  }
}

test('all stages learn on a GPU in software what they learn on the processor, also after a stop', async (context) => {
  const env = softwareGpu(context)
  const store = await pictures()
  const root = await temporary()
  const [one, two, three] = ['one', 'two', 'three'].map((name) => join(root, name)) as [string, string, string]
  const data = `${store.folder}:4`
  const { code, signal, reports, stderr } = await inProject<number | string>(
    await projectWith('webgpu', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core', '@tensorflow/tfjs-layers'),
    `import { EventEmitter } from 'node:events'
    import { run } from ${entry}
    const diqaTrain = async (args, stopAfter) => {
      const signals = new EventEmitter()
      const stdout = { write: (text) => stopAfter && text.startsWith(stopAfter) && signals.emit('SIGINT') }
      const stderr = { write: (text) => text.startsWith('Stopping') || report(text) }
      const [once, off] = [signals.once.bind(signals), signals.off.bind(signals)]
      report(await run({ argv: ['node', 'diqa-train', ...args], stdout, stderr, once, off }))
    }
    const flags = ${JSON.stringify(FLAGS)}
    const [side, data] = [['--side', '${side}'], ['--data', ${JSON.stringify(data)}]]
    const [often, seldom] = [['--validate-every', '1'], ['--validate-every', '${steps}']]
    const [one, two, three] = ${JSON.stringify([one, two, three])}
    await diqaTrain(['pretrain', one, '--data', ${JSON.stringify(store.folder)}, '--batch', '2', ...side, ...often, ...flags], 'step 1')
    await diqaTrain(['pretrain', one, '--resume'])
    const order = ['--order', '1']
    const small = ['--val-images', '2', '--val-pixels', '1024']
    await diqaTrain(['finetune', two, '--from', one, ...data, ...order, ...small, ...side, ...seldom, ...flags])
    await diqaTrain(['head', three, '--from', two, ...data, ...order, '--max-pixels', '1024', ...seldom, ...flags])`,
    env,
  )
  expect({ code, signal, reports }, stderr).toEqual({ code: 0, signal: null, reports: [130, 0, 0, 0] })
  const config = JSON.parse(await readFile(join(one, 'config.json'), 'utf8'))
  expect(config.flags).toMatchObject({ engine: 'webgpu', precision: 'float32' })

  // Each begins with what the GPU made of the stage before.
  const stage1 = new Network(tf, '1')
  const pairs = new StoredPairs(store, '1', side)
  await expectAlike(one, await onProcessor(stage1, new Pretrain(stage1, pairs, { side, batch: 2 }), 1))
  const shares = [{ store, perBatch: 4 }]
  const stage2 = new Network(tf, '1')
  stage2.assign(beginning(one).weights)
  const finetune = new Finetune(stage2, shares, TINY_FINETUNE)
  await finetune.standardise()
  await expectAlike(two, await onProcessor(stage2, finetune))
  const stage3 = new Network(tf, '1')
  stage3.assign(beginning(two).weights)
  const head = new HeadTuning(stage3, shares, { ...TINY_FINETUNE, opinionAnchor: 0, maxPixels: 1024, dropout: 0.5 })
  head.remember([await head.read(0)])
  head.standardise()
  await expectAlike(three, await onProcessor(stage3, head))
}, 240_000)
