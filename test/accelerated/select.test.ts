import { readdir, readFile, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { createScorer, examineEngines, type ScorerOptions, UsageError } from '@diqa/core'
import { expect, onTestFinished, test } from 'vitest'
import { pathOf } from '../support/fixtures.js'
import { core, inProject } from './support/child.js'
import { addPackage, need, projectWith, softwareGpu, workIn } from './support/project.js'

const install = (packages: string) => `(npm install --save-dev ${packages})`
const realOnnx = createRequire(new URL('./package.json', import.meta.url)).resolve('onnxruntime-node')
const image = pathOf({ file: 'tiny/64x64.png' })

/** A scorer in a project; the test's end disposes of it. */
async function scorerIn(project: string, options: ScorerOptions = {}) {
  workIn(project)
  const scorer = await createScorer(options)
  onTestFinished(() => scorer.dispose())
  return scorer
}

async function errorIn(project: string, options: ScorerOptions): Promise<Error> {
  workIn(project)
  return createScorer(options).then(
    () => expect.unreachable(),
    (error) => error,
  )
}

/** Finds out what works in a project, and has it remembered as equally fast: then it is not wasm that is taken. */
async function examineAsEqual(project: string): Promise<void> {
  workIn(project)
  await examineEngines()
  const folder = join(project, 'node_modules/.cache/diqa/engines')
  for (const name of await readdir(folder)) {
    const file = join(folder, name)
    const known = JSON.parse(await readFile(file, 'utf8'))
    if (known.finding.works) known.finding.msPerMegapixel = 1
    await writeFile(file, JSON.stringify(known))
  }
}

const refusedOnnx = (reason: string) => ({ name: 'onnx', reason: `cpu: ${reason}` })

test('where nothing is installed, wasm runs and all else says what it lacks', async () => {
  const project = await projectWith()
  const { engine } = await scorerIn(project)
  expect(engine).toEqual({
    name: 'wasm',
    device: 'cpu',
    refused: [
      { name: 'onnx', reason: `onnxruntime-node is not installed ${install('onnxruntime-node')}.` },
      {
        name: 'tensorflow',
        reason: `@tensorflow/tfjs-node-gpu is not installed ${install('@tensorflow/tfjs-node-gpu')}.`,
      },
      { name: 'tensorflow', reason: `@tensorflow/tfjs-node is not installed ${install('@tensorflow/tfjs-node')}.` },
      {
        name: 'webgpu',
        reason: `webgpu and @tensorflow/tfjs-backend-webgpu are not installed ${install('webgpu @tensorflow/tfjs-backend-webgpu')}.`,
      },
    ],
  })
})

test.each<[ScorerOptions, string]>([
  [
    { engine: 'onnx' },
    `Expected the engine onnx but found none that works: onnxruntime-node is not installed ${install('onnxruntime-node')}.`,
  ],
  [
    { engine: 'tensorflow', device: 'gpu' },
    `Expected the engine tensorflow for device "gpu" but found none that works: @tensorflow/tfjs-node-gpu is not installed ${install('@tensorflow/tfjs-node-gpu')}.`,
  ],
  [{ engine: 'webgpu', device: 'cpu' }, 'Expected a device of the engine webgpu but received "cpu".'],
])('an engine that was asked for and is not there is an error: %o', async (options, message) => {
  const error = await errorIn(await projectWith(), options)
  expect(error).toBeInstanceOf(UsageError)
  expect(error.message).toBe(message)
})

test('a GPU that was asked for and is not there is an error that names every engine', async () => {
  const { message } = await errorIn(await projectWith(), { device: 'gpu' })
  expect(message).toMatch(
    /^Expected an engine for device "gpu" but found none that works: onnx: .+ tensorflow: .+ webgpu: .+\.$/,
  )
})

test('a library that crashes is refused, and tried no more', async () => {
  const project = await projectWith()
  await addPackage(
    project,
    'onnxruntime-node',
    `require('node:fs').appendFileSync(${JSON.stringify(join(project, 'loads'))}, 'x'); process.abort()`,
  )
  const { engine } = await scorerIn(project)
  expect(engine.name).toBe('wasm')
  expect(engine.refused).toContainEqual(
    refusedOnnx('Expected an answer to a known question but its process ended with SIGABRT.'),
  )
  const loads = await readFile(join(project, 'loads'), 'utf8')
  const again = await createScorer()
  onTestFinished(() => again.dispose())
  expect(again.engine).toEqual(engine)
  expect(await readFile(join(project, 'loads'), 'utf8')).toBe(loads)
})

test('what was asked for by name and failed is tried again: its driver may be there now', async () => {
  const project = await projectWith()
  const driver = join(project, 'driver')
  await addPackage(
    project,
    'onnxruntime-node',
    `if (!require('node:fs').existsSync(${JSON.stringify(driver)})) throw new Error('There is no driver.')
    module.exports = require(${JSON.stringify(realOnnx)})`,
  )
  const { engine } = await scorerIn(project, { device: 'cpu' })
  expect(engine.name).toBe('wasm')
  const { message } = await errorIn(project, { engine: 'onnx', device: 'cpu' })
  expect(message).toMatch(/^Expected the engine onnx for device "cpu" but found none that works: .*There is no driver/)
  await writeFile(driver, '')
  const { engine: found } = await scorerIn(project, { engine: 'onnx', device: 'cpu' })
  expect(found).toEqual({ name: 'onnx', device: 'cpu', refused: [] })
})

test('a library that calculates wrongly is refused', async () => {
  const project = await projectWith()
  await addPackage(
    project,
    'onnxruntime-node',
    `class Tensor { constructor(type, data, dims) { this.dims = dims } }
    const run = async ({ tiles }) => ({ pooled: { data: new Float32Array(tiles.dims[0] * 128).fill(3) } })
    module.exports = { Tensor, InferenceSession: { create: async () => ({ run, release: async () => {} }) } }`,
  )
  const { engine } = await scorerIn(project)
  expect(engine.name).toBe('wasm')
  const { reason } = engine.refused.find(({ reason }) => reason.startsWith('cpu: '))!
  expect(reason).toMatch(/^cpu: Expected a score within 0\.5 of the right one but it differs by \d+\.\d\.$/)
})

test('a library that worked when it was tried and does not start now is refused, and tried anew', async () => {
  const project = await projectWith()
  await addPackage(
    project,
    'onnxruntime-node',
    `const real = require(${JSON.stringify(realOnnx)})
    const create = async () => { throw new Error('The driver is gone.') }
    const broken = { ...real, InferenceSession: { create } }
    const probing = process.argv[1]?.endsWith('probe-child.js')
    if (probing) require('node:fs').appendFileSync(${JSON.stringify(join(project, 'probes'))}, 'x')
    module.exports = probing ? { ...real } : broken`,
  )
  await examineAsEqual(project)
  const { engine } = await scorerIn(project)
  expect(engine.name).toBe('wasm')
  expect(engine.refused).toContainEqual(
    refusedOnnx('Expected onnxruntime-node to start on cpu but it did not (The driver is gone).'),
  )
  const probes = (await readFile(join(project, 'probes'), 'utf8')).length
  const again = await createScorer()
  onTestFinished(() => again.dispose())
  expect((await readFile(join(project, 'probes'), 'utf8')).length).toBe(probes + 1)
})

test('of what works, the fastest is taken, and the others say how slow they are', async (context) => {
  need(context, '@tensorflow/tfjs-node')
  const { engine } = await scorerIn(await projectWith('onnxruntime-node', '@tensorflow/tfjs-node'))
  // Which one it is depends on the machine, and on what else it does.
  const slower = engine.refused.filter(({ reason }) => reason.includes('It takes'))
  const all = [engine.name, ...slower.map(({ name }) => name)]
  expect(all.sort()).toEqual(['onnx', 'tensorflow', 'wasm'])
  for (const { reason } of slower) {
    const [, ms, best] = /^cpu: It takes (\d+) ms a megapixel, \w+ on cpu (\d+)\.$/.exec(reason)!
    expect(Number(ms)).toBeGreaterThanOrEqual(Number(best))
  }
})

test('an engine that fails in the middle of a run gives the rest to wasm, says so once, and loses no image', async () => {
  const project = await projectWith()
  await addPackage(
    project,
    'onnxruntime-node',
    `const real = require(${JSON.stringify(realOnnx)})
    const probing = process.argv[1]?.endsWith('probe-child.js')
    let runs = 0
    const create = async (...args) => {
      const session = await real.InferenceSession.create(...args)
      const run = async (...args) => {
        if (!probing && ++runs > 2) throw new Error('CUDA out of memory.')
        return session.run(...args)
      }
      return { run, release: () => session.release() }
    }
    module.exports = { ...real, Tensor: real.Tensor, InferenceSession: { create } }`,
  )
  await examineAsEqual(project)
  const { reports, stderr, code } = await inProject<never>(
    project,
    `import { createScorer } from ${core}
    const scorer = await createScorer()
    report(scorer.engine.name)
    for await (const { score } of scorer.scoreMany(Array(9).fill(${JSON.stringify(image)}))) report(score)
    report(scorer.engine)
    await scorer.dispose()`,
  )
  expect(code, stderr).toBe(0)
  const [before, ...rest] = reports as unknown as [string, ...number[]]
  const after = rest.pop() as unknown as { name: string; refused: object[] }
  expect(before).toBe('onnx')
  expect(after.name).toBe('wasm')
  expect(after.refused).toContainEqual(refusedOnnx('It failed in the middle of a run (CUDA out of memory).'))
  expect(rest).toHaveLength(9)
  for (const score of rest) expect(Math.abs(score - rest[0]!)).toBeLessThanOrEqual(1.5)
  expect(stderr.match(/DiqaWarning/g)).toHaveLength(1)
  expect(stderr).toContain(
    'DiqaWarning: Expected the engine onnx to go on but it failed on cpu (CUDA out of memory): wasm does the rest.',
  )
})

test('under its own name an engine that fails in the middle of a run fails', async () => {
  const project = await projectWith()
  await addPackage(
    project,
    'onnxruntime-node',
    `const real = require(${JSON.stringify(realOnnx)})
    const run = async () => { throw new Error('CUDA out of memory.') }
    const broken = { ...real, InferenceSession: { create: async () => ({ run, release: async () => {} }) } }
    module.exports = process.argv[1]?.endsWith('probe-child.js') ? { ...real } : broken`,
  )
  const scorer = await scorerIn(project, { engine: 'onnx', device: 'cpu' })
  expect(await scorer.score(image)).toMatchObject({
    status: 'undecodable',
    reason: 'engine-failure',
    message: 'CUDA out of memory.',
  })
})

test('an engine beside the worker threads is given more images at a time', async () => {
  const project = await projectWith('onnxruntime-node')
  const onnx = await scorerIn(project, { engine: 'onnx', device: 'cpu', concurrency: 2 })
  const wasm = await scorerIn(project, { engine: 'wasm', concurrency: 2 })
  expect([onnx.atOnce, wasm.atOnce]).toEqual([8, 4])
  let [asked, most] = [0, 0]
  function* inputs() {
    for (let i = 0; i < 20; i++) {
      asked++
      yield image
    }
  }
  let taken = 0
  for await (const { status } of onnx.scoreMany(inputs())) {
    expect(status).toBe('scored')
    most = Math.max(most, asked - taken++)
  }
  expect([asked, taken, most]).toEqual([20, 20, 8])
})

test('the GPU build of TensorFlow without a GPU is refused', async (context) => {
  need(context, '@tensorflow/tfjs-node')
  const project = await projectWith('@tensorflow/tfjs-node')
  // Its CPU build says the same of its device as the GPU build does without one.
  await addPackage(project, '@tensorflow/tfjs-node-gpu', "module.exports = require('@tensorflow/tfjs-node')")
  const { message } = await errorIn(project, { engine: 'tensorflow', device: 'gpu' })
  expect(message).toBe(
    'Expected the engine tensorflow for device "gpu" but found none that works: gpu: Expected @tensorflow/tfjs-node-gpu to find a GPU but it found none that its CUDA libraries can use.',
  )
})

test('a GPU in software is not taken by itself', async (context) => {
  const { reports } = await inProject<{ name: string; refused: { name: string; reason: string }[] }>(
    await projectWith('webgpu', '@tensorflow/tfjs-backend-webgpu', '@tensorflow/tfjs-core'),
    `import { createScorer } from ${core}
    const scorer = await createScorer()
    report(scorer.engine)
    await scorer.dispose()`,
    softwareGpu(context),
  )
  expect(reports[0]!.name).toBe('wasm')
  const { reason } = reports[0]!.refused.find(({ name }) => name === 'webgpu')!
  expect(reason).toMatch(/^gpu: SwiftShader .+ is a GPU in software\.$/)
}, 120_000)

test('in a worker thread no library is loaded', async () => {
  const { reports } = await inProject<{ name: string; refused: object[] }>(
    await projectWith('onnxruntime-node'),
    `import { Worker } from 'node:worker_threads'
    const text = 'import(' + ${JSON.stringify(core)} + ').then(async ({ createScorer }) => {' +
      'const scorer = await createScorer(); const { name, refused } = scorer.engine;' +
      'require("node:worker_threads").parentPort.postMessage({ name, refused }); await scorer.dispose() })'
    const worker = new Worker(text, { eval: true, execArgv: [] })
    report(await new Promise((resolve, reject) => worker.on('message', resolve).on('error', reject)))
    await worker.terminate()`,
  )
  expect(reports[0]!.name).toBe('wasm')
  expect(reports[0]!.refused).toContainEqual({
    name: 'onnx',
    reason: 'It runs in the main thread alone, and this is a worker thread.',
  })
})
