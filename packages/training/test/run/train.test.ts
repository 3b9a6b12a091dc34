import { createHash } from 'node:crypto'
import { copyFileSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import type { Scalar } from '@tensorflow/tfjs-core'
import { describe, expect, test } from 'vitest'
import type { CurveRow } from '../../src/curves.js'
import { Network } from '../../src/network/network.js'
import { Nadam } from '../../src/optimise/index.js'
import { RunFolder } from '../../src/run/run-folder.js'
import { type Stage, type TrainOptions, train } from '../../src/run/train.js'
import { Finetune } from '../../src/stages/finetune.js'
import { tf } from '../optimise/cpu.js'
import { picture, storeOf, TINY_FINETUNE, temporary } from '../tiny.js'

/** A stage that costs next to nothing: two biases follow a target that moves with the step. */
class Follow implements Stage<number> {
  readonly asked: number[] = []

  constructor(
    readonly network: Network,
    /** Called before a step's loss, and for the score of the n-th validation of this stage. */
    readonly hooks: { beforeLoss?: (target: number) => void; score?: (call: number) => number } = {},
  ) {}
  #validations = 0

  async batch(step: number): Promise<number> {
    this.asked.push(step)
    return Math.sin(step)
  }

  loss(target: number): Scalar {
    this.hooks.beforeLoss?.(target)
    const { variables } = this.network
    const off = (name: string) => tf.sum(tf.square(tf.sub(variables[name]!, target)))
    return tf.add(off('conv8/bias'), off('hidden/bias')) as Scalar
  }

  async validate() {
    const score = this.hooks.score?.(this.#validations++) ?? -this.network.variables['conv8/bias']!.dataSync()[0]!
    return { score, 'SRCC x': score }
  }
}

function settings(changes: Partial<TrainOptions> = {}): TrainOptions {
  return {
    steps: 12,
    learningRate: 0.01,
    warmup: 2,
    validateEvery: 5,
    checkpointMinutes: 60,
    averageDecay: 0.9,
    resume: false,
    print: () => {},
    signal: new AbortController().signal,
    ...changes,
  }
}

/** A run of its own in a folder; `stopBefore` aborts it while that step is under way. */
async function runIn(
  path: string,
  changes: Partial<TrainOptions> = {},
  hooks: Follow['hooks'] & { stopIn?: number } = {},
) {
  const network = new Network(tf, 1)
  const optimiser = new Nadam(tf, network.variables, { weightDecay: 1e-3 })
  const stop = new AbortController()
  const beforeLoss = (target: number) => {
    if (target === Math.sin(hooks.stopIn ?? -1)) stop.abort()
  }
  const stage = new Follow(network, { beforeLoss, ...hooks })
  const folder = RunFolder.create(path)
  const done = await train(network, optimiser, stage, folder, settings({ signal: stop.signal, ...changes }))
  optimiser.dispose()
  return { done, network, folder, stage }
}

/** Short enough for the message of a test that fails. */
const digestOf = (tensors: Record<string, Float32Array>) =>
  Object.entries(tensors).map(([name, values]) => `${name} ${createHash('sha256').update(values).digest('hex')}`)

const logOf = (folder: RunFolder) => folder.history(Number.POSITIVE_INFINITY)
const timeless = (rows: CurveRow[]) => rows.map(({ seconds: _, ...row }) => row)

describe('train', () => {
  test('takes every step, logs, draws and keeps the last and the best', async () => {
    const lines: string[] = []
    const { done, folder, stage } = await runIn(await temporary(), { print: (line) => lines.push(line) })
    expect(done).toBe(true)
    expect(stage.asked).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    expect(logOf(folder).map(({ step }) => step)).toEqual([5, 10, 12])
    expect(lines).toHaveLength(3)
    expect(lines[0]).toMatch(/^step 5 {2}0:0\d {2}loss \S+ {2}rate \S+ {2}SRCC x \S+ {2}ETA 0:\d\d$/)
    for (const name of ['checkpoint.bin', 'best.bin', 'log.jsonl', 'curves.svg']) expect(folder.has(name)).toBe(true)
    expect(folder.load('checkpoint.bin').facts).toMatchObject({ step: 12 })
  })

  test('stopped and resumed, it ends with the very weights and the very log of a run in one piece', async () => {
    const [one, two] = [await temporary(), await temporary()]
    const straight = await runIn(one)
    const stopped = await runIn(two, {}, { stopIn: 6 })
    expect(stopped.done).toBe(false)
    expect(stopped.folder.load('checkpoint.bin').facts).toMatchObject({ step: 7 })
    const resumed = await runIn(two, { resume: true })
    expect(resumed.done).toBe(true)
    expect(resumed.stage.asked[0]).toBe(7)
    expect(digestOf(await resumed.network.weights())).toEqual(digestOf(await straight.network.weights()))
    expect(digestOf(resumed.folder.load('checkpoint.bin').tensors)).toEqual(
      digestOf(straight.folder.load('checkpoint.bin').tensors),
    )
    expect(digestOf(resumed.folder.load('best.bin').tensors)).toEqual(
      digestOf(straight.folder.load('best.bin').tensors),
    )
    expect(timeless(logOf(resumed.folder))).toEqual(timeless(logOf(straight.folder)))
  })

  test('figures of the best weights go when others take their place, and not before', async () => {
    const path = await temporary()
    const { folder } = await runIn(path, {}, { score: () => 1 })
    folder.writeJson('evaluation.json', [])
    await runIn(path, { resume: true, steps: 14 }, { score: () => 1 })
    expect(folder.load('best.bin').facts.step).toBe(5)
    expect(folder.has('evaluation.json')).toBe(true)
    await runIn(path, { resume: true, steps: 16 }, { score: () => 2 })
    expect(folder.load('best.bin').facts.step).toBe(15)
    expect(folder.has('evaluation.json')).toBe(false)
  })

  test('resumed from an older checkpoint, no step is in the log twice', async () => {
    const path = await temporary()
    const { folder } = await runIn(path, {}, { stopIn: 6 })
    copyFileSync(folder.file('checkpoint.bin'), folder.file('older'))
    await runIn(path, { resume: true })
    // As if the machine had died: the log is ahead of the checkpoint.
    copyFileSync(folder.file('older'), folder.file('checkpoint.bin'))
    await runIn(path, { resume: true })
    expect(logOf(folder).map(({ step }) => step)).toEqual([5, 10, 12])
    expect(readFileSync(folder.file('log.jsonl'), 'utf8').trim().split('\n')).toHaveLength(3)
  })

  test('killed while it saved, it goes on from the checkpoint before', async () => {
    const path = await temporary()
    const { folder } = await runIn(path, {}, { stopIn: 6 })
    writeFileSync(folder.file('checkpoint.bin.next'), readFileSync(folder.file('checkpoint.bin')).subarray(0, 1000))
    expect((await runIn(path, { resume: true })).done).toBe(true)
  })

  test('best.bin has the averaged weights of the best validation, also across a resume', async () => {
    const path = await temporary()
    const scores = [0.2, 0.7, 0.5, 0.6]
    const changes = { validateEvery: 2, steps: 8 }
    const { folder } = await runIn(path, changes, { score: (call) => scores[call]!, stopIn: 5 })
    expect(folder.load('best.bin').facts).toMatchObject({ step: 4, 'SRCC x': 0.7 })
    const best = readFileSync(folder.file('best.bin'))
    await runIn(path, { ...changes, resume: true }, { score: () => 0.6 })
    expect(readFileSync(folder.file('best.bin'))).toEqual(best)
    await runIn(path, { ...changes, steps: 10, resume: true }, { score: () => 0.8 })
    expect(folder.load('best.bin').facts).toMatchObject({ step: 10, 'SRCC x': 0.8 })
    const average = folder.load('checkpoint.bin').tensors['average:conv8/bias/average']
    expect(folder.load('best.bin').tensors['conv8/bias']).toEqual(average)
  })

  test('checkpoints as often as asked', async () => {
    const path = await temporary()
    const folder = RunFolder.create(path)
    let seen = 0
    const score = () => {
      if (folder.has('checkpoint.bin')) seen = folder.load('checkpoint.bin').facts.step as number
      return 0
    }
    await runIn(path, { checkpointMinutes: 0, steps: 5 }, { score })
    expect(seen).toBe(4)
  })

  test('a run that is done does nothing more when it is resumed', async () => {
    const path = await temporary()
    const { network } = await runIn(path)
    const again = await runIn(path, { resume: true })
    expect(again.done).toBe(true)
    expect(again.stage.asked).toEqual([])
    expect(digestOf(await again.network.weights())).toEqual(digestOf(await network.weights()))
  })

  test('a stop that comes before the first step still leaves a checkpoint', async () => {
    const { done, folder } = await runIn(await temporary(), { signal: AbortSignal.abort() })
    expect(done).toBe(false)
    expect(folder.load('checkpoint.bin').facts).toMatchObject({ step: 0, best: null })
  })

  test('a batch that cannot be made ends the run with its error', async () => {
    const network = new Network(tf, 1)
    const optimiser = new Nadam(tf, network.variables)
    const stage = new Follow(network)
    const broken = Object.assign(stage, {
      batch: async (step: number) => {
        if (step === 2) throw new Error('The disk is gone.')
        return step
      },
    })
    const folder = RunFolder.create(await temporary())
    await expect(train(network, optimiser, broken, folder, settings())).rejects.toThrow('The disk is gone.')
  })

  test("refuses what is no checkpoint of this run's kind", async () => {
    const path = await temporary()
    const { folder } = await runIn(path, { steps: 5 })
    copyFileSync(folder.file('best.bin'), folder.file('checkpoint.bin'))
    await expect(runIn(path, { resume: true })).rejects.toThrow(
      'Expected 1 numbers for "step" in the saved state, received none.',
    )
    expect(existsSync(folder.file('log.jsonl'))).toBe(true)
  })

  test('the number of tensors does not grow', async () => {
    const network = new Network(tf, 1)
    const optimiser = new Nadam(tf, network.variables)
    const counts: number[] = []
    const stage = new Follow(network, { score: () => counts.push(tf.memory().numTensors) })
    const options = settings({ validateEvery: 1, steps: 8 })
    const before = tf.memory().numTensors
    await train(network, optimiser, stage, RunFolder.create(await temporary()), options)
    expect(new Set(counts).size).toBe(1)
    // The weight average is freed at the end.
    expect(tf.memory().numTensors).toBe(before)
  })
})

test('stage 2, stopped and resumed: the same weights, bit for bit, and no tensor left over', async () => {
  const images = (['train', 'train', 'train', 'val', 'val'] as const).map((split, i) => ({
    pixels: picture(32, 32, i),
    split,
    quality: 20 * i,
  }))
  const store = await storeOf(await temporary(), images)
  const tensors: number[] = []
  const piece = async (path: string, steps: number, stopAfter: number, resume: boolean) => {
    const network = new Network(tf, 1)
    const optimiser = new Nadam(tf, network.variables, { clipNorm: 5 })
    const stop = new AbortController()
    const stage = new Finetune(network, [{ store, perBatch: 2 }], TINY_FINETUNE)
    if (!resume) await stage.standardise()
    const loss = stage.loss.bind(stage)
    let taken = 0
    stage.loss = (batch) => {
      tensors.push(tf.memory().numTensors)
      if (++taken === stopAfter) stop.abort()
      return loss(batch)
    }
    const folder = RunFolder.create(path)
    await train(network, optimiser, stage, folder, settings({ steps, resume, validateEvery: 2, signal: stop.signal }))
    optimiser.dispose()
    for (const variable of Object.values(network.variables)) variable.dispose()
    return digestOf(folder.load('checkpoint.bin').tensors)
  }
  const [one, two] = [await temporary(), await temporary()]
  const straight = await piece(one, 3, Number.POSITIVE_INFINITY, false)
  await piece(two, 3, 1, false)
  expect(await piece(two, 3, Number.POSITIVE_INFINITY, true)).toEqual(straight)
  expect(new Set(tensors).size).toBe(1)
}, 60_000)
