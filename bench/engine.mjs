// Our engine beside TensorFlow.js's WebAssembly backend on the same tiles, and what a scorer adds.
import { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { inTurns } from './measure.mjs'

const core = fileURLToPath(new URL('../packages/core/', import.meta.url))
const require = createRequire(join(core, 'package.json'))

export const title = 'wasm engine: one thread beside tfjs-backend-wasm on the same eight tiles of 128 x 128'

export async function* run() {
  const { featureMap, prepare, tensorShapes, loadModel } = await import(`${core}dist/model/index.js`)
  const { compileKernels } = await import(`${core}dist/engine/wasm-kernels.js`)
  const { openPool } = await import(`${core}dist/score.js`)
  const { WasmNetwork } = await import(`${core}dist/engine/wasm-network.js`)
  const { WasmEngine } = await import(`${core}dist/engine/wasm.js`)
  const { createScorer } = await import(`${core}dist/index.js`)
  const sharp = (await import(pathToFileURL(require.resolve('sharp')))).default
  const tf = await import(pathToFileURL(require.resolve('@tensorflow/tfjs-core')))
  const { setWasmPaths } = await import(pathToFileURL(require.resolve('@tensorflow/tfjs-backend-wasm')))

  const model = loadModel(join(core, 'models', 'diqa-1'))
  const { tensors, integers } = model
  const wasmFolder = dirname(require.resolve('@tensorflow/tfjs-backend-wasm/dist/tfjs-backend-wasm.wasm'))
  setWasmPaths(`${wasmFolder}/`)
  await tf.setBackend('wasm')
  const shapes = Object.entries(tensorShapes(0)).filter(([name]) => name.startsWith('conv'))
  const weights = Object.fromEntries(shapes.map(([name, shape]) => [name, tf.tensor(tensors[name], shape)]))

  const photograph = fileURLToPath(new URL('../fixtures/images/photo/chelsea.png', import.meta.url))
  const large = sharp(photograph).resize(1600, 1200, { fit: 'fill' })
  const { data, info } = await large.clone().removeAlpha().raw().toBuffer({ resolveWithObject: true })
  const jpeg = await large.jpeg({ quality: 85 }).toBuffer()
  const { tiles } = prepare({ data: new Uint8Array(data), width: info.width, height: info.height, channels: 3 }, 131072)

  const kernels = compileKernels(core)
  const network = new WasmNetwork(kernels, integers, tensors)
  const pool = openPool(core, model, 1)
  const engine = new WasmEngine(pool)
  const scorer = await createScorer({ concurrency: 1, engine: 'wasm' })
  const shape = [tiles.count, tiles.height, tiles.width, 1]
  const times = await inTurns(7, {
    tfjs: () => tf.tidy(() => tf.mean(featureMap(tf, weights, tf.tensor4d(tiles.data, shape)), [1, 2]).dataSync()),
    kernels: () => network.run(tiles, false),
    engine: () => engine.run({ ...tiles, data: tiles.data.slice() }),
    scorer: () => scorer.score(jpeg),
  })
  await pool.close()
  await scorer.dispose()

  const megapixels = tiles.data.length / 1e6
  const line = (name, what) =>
    `${what.padEnd(52)} ${(times[name] / megapixels).toFixed(2)} s a megapixel, ${(times.tfjs / times[name]).toFixed(2)} x as fast as tfjs`
  yield line('tfjs', 'tfjs-backend-wasm')
  yield line('kernels', 'kernels, in this thread')
  yield line('engine', 'engine (to the worker and back)')
  yield line('scorer', `scorer (and a ${info.width} x ${info.height} JPEG decoded, surveyed)`)
}
