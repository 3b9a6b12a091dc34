import { createRequire } from 'node:module'
import { fileURLToPath } from 'node:url'

/** TensorFlow.js as the rest of this package sees it: the same functions, whichever backend runs them. */
export type TensorFlow = typeof import('@tensorflow/tfjs-core')

const require = createRequire(import.meta.url)
const packages = ['@tensorflow/tfjs-node-gpu', '@tensorflow/tfjs-node']
const here = fileURLToPath(new URL('..', import.meta.url))
const madeBySetup = fileURLToPath(new URL('../.tfjs-node', import.meta.url))

/**
 * Loads TensorFlow.js with its native backend: `@tensorflow/tfjs-node-gpu`, else `@tensorflow/tfjs-node`, first from
 * `node_modules`, then from what `setup/tfjs-node.mjs` made. Neither is a dependency: both have install scripts that
 * fail on many machines, and only training needs them. Each is believed only after an operation gave the right result.
 *
 * Sets `TF_CPP_MIN_LOG_LEVEL` to 2 (warnings off) unless it is set.
 *
 * @param folders where to look, in this order
 * @throws Error with one sentence that names the setup command when none works
 */
export async function loadTensorFlow(folders: readonly string[] = [here, madeBySetup]): Promise<TensorFlow> {
  process.env.TF_CPP_MIN_LOG_LEVEL ??= '2'
  keepUtilFunction()
  const reasons: string[] = []
  const tried = new Set<string | undefined>([undefined])
  for (const folder of folders) {
    for (const name of packages) {
      const path = find(name, folder)
      if (tried.has(path)) continue
      tried.add(path)
      try {
        const tf = require(path!) as TensorFlow
        check(tf)
        return tf
      } catch (error) {
        reasons.push(`${name}: ${String(error instanceof Error ? error.message : error).split('\n')[0]}`)
      }
    }
  }
  const why = reasons.length > 0 ? reasons.join('; ') : 'none is installed'
  throw new Error(
    `Expected @tensorflow/tfjs-node for training, but it is not usable (${why}): run "pnpm --filter @diqa/training run setup".`,
  )
}

/** tfjs-node 4.22 calls `util.isNullOrUndefined`, which Node 23 removed (tensorflow/tfjs#8425, fixed but unreleased). */
function keepUtilFunction(): void {
  // Through require: the ES module namespace of node:util cannot be written to.
  const util = require('node:util') as { isNullOrUndefined?: (value: unknown) => boolean }
  util.isNullOrUndefined ??= (value) => value === null || value === undefined
}

function find(name: string, folder: string): string | undefined {
  try {
    return createRequire(`${folder}/package.json`).resolve(name)
  } catch {
    return undefined
  }
}

/** A package can load and still fail at its first operation. */
function check(tf: TensorFlow): void {
  const sum = tf.tidy(() => tf.matMul(tf.ones([2, 3]), tf.ones([3, 2])).dataSync()[0])
  if (sum !== 3) throw new Error(`expected 3 from a matrix product, received ${sum}`)
}
