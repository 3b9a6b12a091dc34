// The engines beside their bare runtimes on the same tiles, beside each other, and from JPEG files to scores. What is not
// installed is left out: onnxruntime-node is in test/accelerated, tfjs-node where training's setup put it.
import { existsSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { availableParallelism, tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inTurns } from './measure.mjs'

const here = (path) => fileURLToPath(new URL(path, import.meta.url))
const core = here('../packages/core/')
const require = createRequire(join(core, 'package.json'))
const load = (file) => import(`${core}dist/${file}`)
const threads = availableParallelism()

/** As many images as the engines join for a GPU, so that it has enough to do. */
const IMAGES_ON_GPU = 4

/** Batches that an engine is timed with; it always has enough images for two. */
const BATCHES = 8

export const title = `engines, ${threads} processors: 8 tiles of 128 x 128 an image, batches of ${IMAGES_ON_GPU} images on a GPU; files are JPEG of 1600 x 1200`

export async function* run() {
  const { loadModel, prepare, tensorShapes, featureMap } = await load('model/index.js')
  const { candidates } = await load('engine/candidates.js')
  const { openPool } = await load('score.js')
  const { BatchedEngine } = await load('engine/batched.js')
  const { findPackage, requirePackage } = await load('engine/packages.js')
  const { onnxModel } = await load('engine/onnx-graph.js')
  const { openWebgpuBackend } = await load('engine/webgpu-backend.js')
  const model = loadModel(join(core, 'models', 'diqa-1'))
  const { pixels, files, folder } = await photographs(24)
  const { tiles } = prepare(pixels, 131072)
  const megapixels = tiles.data.length / 1e6

  /** The graph of TensorFlow.js on tiles that are tensors already. */
  function bareTensorFlow(tf, { data, count, height, width }) {
    const shapes = Object.entries(tensorShapes(0)).filter(([name]) => name.startsWith('conv'))
    const weights = Object.fromEntries(shapes.map(([name, shape]) => [name, tf.tensor(model.tensors[name], shape)]))
    const input = tf.tensor4d(data, [count, height, width, 1])
    return async () => {
      const pooled = tf.tidy(() => tf.mean(featureMap(tf, weights, input), [1, 2]))
      await pooled.data()
      pooled.dispose()
    }
  }

  /** The same on the GPU's backend, which is nobody's current one until it is called. */
  async function bareWebgpu(tiles) {
    const { tf, name, release } = await openWebgpuBackend()
    tf.setBackend(name)
    return { run: bareTensorFlow(tf, tiles), end: release }
  }

  /** A session on tiles that are a tensor already. */
  async function bareOnnx(provider, { data, count, height, width }) {
    const { InferenceSession, Tensor } = requirePackage('onnxruntime-node')
    const options = { executionProviders: [provider], intraOpNumThreads: threads, logSeverityLevel: 3 }
    const session = await InferenceSession.create(onnxModel(model.tensors), options)
    const input = new Tensor('float32', data, [count, 1, height, width])
    return { run: () => session.run({ tiles: input }, ['pooled']), end: () => session.release() }
  }

  const bareOf = {
    onnx: ({ device }, tiles) => bareOnnx(device, tiles),
    tensorflow: ({ packages }, tiles) => ({ run: bareTensorFlow(requirePackage(packages[0]), tiles), end() {} }),
    webgpu: (_, tiles) => bareWebgpu(tiles),
  }

  const rates = {}
  yield `${''.padEnd(20)}${'bare'.padStart(11)}${'engine'.padStart(12)}${'overhead'.padStart(10)}${'from files'.padStart(13)}`
  const line = (name, { bare, engine, files }) => {
    rates[name] = { engine, files }
    const rate = (seconds) => (seconds ? `${(megapixels / seconds).toFixed(2)} MP/s` : '')
    const overhead = bare ? `${((engine / bare - 1) * 100).toFixed(1)} %` : ''
    return `${name.padEnd(20)}${rate(bare).padStart(11)}${rate(engine).padStart(12)}${overhead.padStart(10)}${rate(files).padStart(13)}`
  }

  const counts = [...new Set([1, threads])]
  const pools = counts.map((count) => openPool(core, model, count))
  const wasm = await inTurns(
    9,
    Object.fromEntries(
      pools.map((pool) => {
        // As many images at once as there are workers; a worker keeps the numbers that it is given.
        const image = () => pool.run('run', { tiles: { ...tiles, data: tiles.data.slice() }, errorMaps: false })
        return [pool.size, async () => Promise.all(Array.from({ length: pool.size }, image))]
      }),
    ),
  )
  for (const pool of pools) await pool.close()
  for (const count of counts) {
    const engine = wasm[count] / count
    const options = { engine: 'wasm', concurrency: count }
    yield line(`wasm, ${count} worker${count === 1 ? '' : 's'}`, { engine, files: await anImage(options, files) })
  }
  const projects = ['../test/accelerated', '../packages/training/.tfjs-node'].map(here).filter(existsSync)
  for (const candidate of candidates()) {
    const { name, device, gpu, packages } = candidate
    const project = projects.find((project) => {
      process.chdir(project)
      return packages.every((name) => findPackage(name))
    })
    if (!project) continue
    const images = gpu ? IMAGES_ON_GPU : 1
    try {
      const engine = new BatchedEngine(name, device, await candidate.open(model, threads))
      const bare = await bareOf[name](candidate, repeated(tiles, images))
      const all = images * BATCHES
      const contenders = {
        async bare() {
          for (let i = 0; i < BATCHES; i++) await bare.run()
        },
        engine: () => manyTimes(all, 2 * images, () => engine.run(tiles)),
      }
      const times = await inTurns(9, contenders, 200)
      await bare.end()
      await engine.dispose()
      yield line(`${name}, ${device}`, {
        bare: times.bare / all,
        engine: times.engine / all,
        // A GPU is soon done with so few.
        files: await anImage({ engine: name, device: gpu ? 'gpu' : 'cpu' }, gpu ? Array(8).fill(files).flat() : files),
      })
    } catch (error) {
      yield `${`${name}, ${device}`.padEnd(20)} ${error.message}`
    }
  }
  const [[slowest, one], ...others] = Object.entries(rates)
  for (const [name, { engine, files }] of others) {
    yield `${name}: ${(one.engine / engine).toFixed(2)} x ${slowest}, from files ${(one.files / files).toFixed(2)} x`
  }
  await rm(folder, { recursive: true })
}

/** An image's tiles, so many times over. */
function repeated({ data, count, height, width }, times) {
  const all = new Float32Array(times * data.length)
  for (let i = 0; i < times; i++) all.set(data, i * data.length)
  return { data: all, count: times * count, height, width }
}

/** So many calls, of which so many are under way at a time. */
async function manyTimes(count, atOnce, call) {
  let left = count
  const oneAfterAnother = async () => {
    while (left-- > 0) await call()
  }
  await Promise.all(Array.from({ length: atOnce }, oneAfterAnother))
}

/** Seconds that a scorer takes for one of many files. */
async function anImage(options, files) {
  const { createScorer } = await load('index.js')
  const scorer = await createScorer(options)
  const all = async () => {
    for await (const result of scorer.scoreMany(files)) {
      if (result.status !== 'scored') throw new Error(`Expected a score but received ${result.message}`)
    }
  }
  const { time } = await inTurns(3, { time: all })
  await scorer.dispose()
  return time / files.length
}

/** One photograph's pixels, and it in so many files. */
async function photographs(count) {
  const sharp = (await import(pathToFileURL(require.resolve('sharp')))).default
  const photograph = sharp(here('../fixtures/images/photo/chelsea.png'))
    .resize(1600, 1200, { fit: 'fill' })
    .removeAlpha()
  const { data, info } = await photograph.clone().raw().toBuffer({ resolveWithObject: true })
  const folder = await mkdtemp(join(tmpdir(), 'diqa-bench-'))
  const files = Array.from({ length: count }, (_, i) => join(folder, `${i}.jpg`))
  for (const [i, file] of files.entries()) {
    await writeFile(
      file,
      await photograph
        .clone()
        .modulate({ brightness: 1 + i / 100 })
        .jpeg({ quality: 85 })
        .toBuffer(),
    )
  }
  return { pixels: { data: new Uint8Array(data), width: info.width, height: info.height, channels: 3 }, files, folder }
}
