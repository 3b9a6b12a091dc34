import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { DEFAULTS } from './defaults.js'
import type { DeviceChoice, EngineChoice } from './engine/choices.js'
import type { EngineName, Refusal } from './engine/engine.js'
import { selectEngine } from './engine/select.js'
import { compileKernels } from './engine/wasm-kernels.js'
import { DISPOSED, WorkerPool } from './engine/worker-pool.js'
import { type ExplainOptions, type Explanation, explain } from './explain.js'
import { inspect } from './image/decode.js'
import { sharpSettings } from './image/sharp-settings.js'
import { inOrder } from './in-order.js'
import { type Input, readInput, sha256 } from './input.js'
import { packageFolder } from './location.js'
import { assess, meanFeatures } from './model/quality.js'
import { loadModel, type Model } from './model/weights.js'
import { resolveOptions } from './options.js'
import { PixelBudget } from './pixel-budget.js'
import type { ImageFacts, ScoreResult } from './result.js'
import { unjudged, unreadable } from './unjudged.js'
import { kindOf, UsageError } from './usage-error.js'

/** Options of {@link createScorer}. */
export interface ScorerOptions {
  /** What runs the network. @default 'auto' */
  engine?: EngineChoice | undefined
  /** What the engine runs on. @default 'auto' */
  device?: DeviceChoice | undefined
  /** Pixels of an image that the network looks at, at the image's own scale. @default 131072, eight tiles of 128 x 128 */
  maxPixels?: number | undefined
  /** Worker threads, 1 to 256. @default the processors this process may use */
  concurrency?: number | undefined
  /** What shows through transparent pixels: an opaque CSS colour. @default '#fff' */
  background?: string | undefined
  /** Images of more pixels are skipped. @default 268402689, sharp's */
  limitInputPixels?: number | undefined
  /** A folder with `card.json` and weights. @default the model of this package */
  model?: string | undefined
}

/** Scores images. Made by {@link createScorer}. */
export interface Scorer {
  /**
   * Scores one image.
   *
   * @throws UsageError when the input is neither bytes nor a path nor a URL, or the scorer was disposed; whatever the file
   *   holds is a result
   */
  score(input: Input): Promise<ScoreResult>
  /** Scores many, in their order, a few at a time: it asks for inputs only as fast as results are taken. */
  scoreMany(inputs: Iterable<Input> | AsyncIterable<Input>): AsyncGenerator<ScoreResult, void, undefined>
  /** For how many images at a time score() keeps everything busy; so many are under way in scoreMany(). */
  readonly atOnce: number
  /** Predicts where an image is bad. */
  explain(input: Input, options?: ExplainOptions): Promise<Explanation>
  /** What runs the network, and why other engines do not. Changes when an engine fails in the middle of a run. */
  readonly engine: { readonly name: EngineName; readonly device: string; readonly refused: readonly Refusal[] }
  /** Whose judgement the scores are. */
  readonly model: { readonly id: string; readonly weights: string }
  /** Ends the worker threads. Scores still under way come out as `undecodable`, reason `engine-failure`. */
  dispose(): Promise<void>
}

/** Decoded pixels at a time, over all images: about 200 MB, and what waits for the garbage collector. */
const PIXELS_IN_MEMORY = 64 * 2 ** 20

/**
 * Makes a scorer. It keeps threads and weights: make one, use it for all images, dispose of it.
 *
 * @throws UsageError when an option is out of range, or the weights are missing or damaged
 */
export async function createScorer(options: ScorerOptions = {}): Promise<Scorer> {
  const settings = await resolveOptions(options, DEFAULTS)
  const folder = packageFolder()
  const modelFolder = settings.model ?? shippedModel(folder)
  const model = loadModel(modelFolder)
  const pool = openPool(folder, model, settings.concurrency)
  const setup = { model, folder: modelFolder, threads: settings.concurrency }
  const { engine, refused } = await selectEngine(settings.engine, settings.device, pool, setup)
  const budget = new PixelBudget(PIXELS_IN_MEMORY)

  let open = true

  function checkOpen(): void {
    if (!open) throw new UsageError(DISPOSED)
  }

  /** A worker has an image up to its features with `wasm`; another engine has some more while workers decode and prepare. */
  function atOnce(): number {
    const { concurrency } = settings
    return engine.name === 'wasm' ? concurrency + 2 : 2 * concurrency + 4
  }

  async function score(input: Input): Promise<ScoreResult> {
    checkOpen()
    const read = await readInput(input)
    if ('message' in read) return unreadable(read.message)
    const { bytes } = read
    const file = { bytes: bytes.length, sha256: sha256(bytes) }
    const header = await inspect(bytes, settings)
    if (header.status !== 'inspected') return unjudged(file, header)
    const facts: ImageFacts = { ...file, ...header.shape }
    try {
      const prepared = await budget.use(header.shape.width * header.shape.height, () => {
        // A copy moves: the bytes are the caller's, and may be part of something large.
        const own = new Uint8Array(bytes)
        return pool.run('prepare', { bytes: own, header, options: settings }, [own.buffer])
      })
      if ('status' in prepared) return unjudged(file, prepared)
      if (prepared.flat) {
        return {
          status: 'skipped',
          ...facts,
          reason: 'flat',
          message: 'The image has no texture that could be judged.',
        }
      }
      const { statistics, tiles } = prepared
      const { pooled } = await engine.run(tiles)
      return { status: 'scored', ...facts, ...assess(model, meanFeatures(pooled), statistics), notes: header.notes }
    } catch (error) {
      return { status: 'undecodable', ...facts, reason: 'engine-failure', message: (error as Error).message }
    }
  }

  return {
    score,
    scoreMany(inputs) {
      checkInputs(inputs)
      return inOrder(inputs, atOnce(), score)
    },
    get atOnce() {
      return atOnce()
    },
    async explain(input, explainOptions) {
      checkOpen()
      return explain(input, { settings, engine, budget }, explainOptions)
    },
    get engine() {
      return { name: engine.name, device: engine.device, refused }
    },
    model: { id: model.card.id, weights: `sha256:${model.card.weights.sha256}` },
    async dispose() {
      open = false
      try {
        await engine.dispose()
      } finally {
        await pool.close()
      }
    },
  }
}

/** A path or bytes can be looped over too, but what comes of it is letters and numbers. */
function checkInputs(inputs: unknown): void {
  const loops = Object(inputs)
  const single = typeof inputs === 'string' || ArrayBuffer.isView(inputs)
  if (!single && (Symbol.iterator in loops || Symbol.asyncIterator in loops)) return
  throw new UsageError(`Expected a list of images for scoreMany() but received a value of type ${kindOf(inputs)}.`)
}

/** The folder of the model that comes with the package. */
export const shippedModel = (folder: string): string => join(folder, 'models', 'diqa-1')

/** The worker threads, with what they need of a model. */
export function openPool(folder: string, { card, tensors, integers }: Model, size: number): WorkerPool {
  if (!integers) {
    throw new UsageError(
      `Expected int8 weights in the model "${card.id}" but there are none: run "diqa-train quantise".`,
    )
  }
  const entry = pathToFileURL(join(folder, 'dist', 'engine', 'worker.js'))
  return new WorkerPool(size, entry, { kernels: compileKernels(folder), integers, tensors, sharp: sharpSettings() })
}
