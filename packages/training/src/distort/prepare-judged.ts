import { inParallel } from '../in-parallel.js'
import { random } from '../random.js'
import type { StoreHeader } from '../store/store.js'
import { StoreWriter } from '../store/store-writer.js'
import { applySteps } from './apply.js'
import { drawVariants, type Name } from './draw-steps.js'
import { Judge } from './judge.js'
import { onScale } from './judge-scale.js'
import { folderOf, type PristineSource, pristinePictures } from './pristine.js'

export interface JudgedOptions {
  /** What the figures of training and measuring call the set. */
  name: string
  sources: readonly PristineSource[]
  /** Folder of each source's root, by name. */
  roots: Record<string, string>
  /** Pixels along a side of the squares. */
  side: number
  /** Distorted pictures for each undistorted one. */
  variants: number
  /** The only distortions drawn; default: see {@link drawVariants}. */
  kinds?: readonly Name[]
  judgeCommand: string
  seed: number
  onProgress?: (pictures: number, name: string) => void
  /** Aborts it between two pictures. */
  signal?: AbortSignal
}

/**
 * Prepares a store of our own distortions of undistorted pictures, with SSIMULACRA2 as their truth. The undistorted
 * ones are in it too: 100 by definition, and references for stage 1.
 */
export async function prepareJudged(folder: string, options: JudgedOptions): Promise<StoreHeader> {
  const { name: setName, sources, roots, side, variants, kinds, seed, onProgress, signal } = options
  // All of them first: judging takes long, and what is missing must show before.
  const folders = await Promise.all(sources.map((source) => folderOf(source, roots)))
  const judge = await Judge.create(options.judgeCommand)
  const writer = await StoreWriter.create(folder)
  try {
    let pictures = 0
    for (const [i, source] of sources.entries()) {
      for await (const { name, group, split, pixels } of pristinePictures(source, folders[i]!, side, seed)) {
        signal?.throwIfAborted()
        const truth = { group, split }
        const reference = await writer.add({ ...truth, name, quality: 100, distortion: 'none' }, pixels)
        const file = await judge.keep(pixels)
        const rng = random(`${seed}/${name}`)
        const drawn = drawVariants(variants, rng, kinds)
        const make = async ({ name: distortion, steps }: (typeof drawn)[number]) => {
          const distorted = await applySteps(pixels, steps)
          return { distortion, steps, distorted, quality: onScale(await judge.score(file, distorted)) }
        }
        for (const variant of await inParallel(drawn, make)) {
          const { distortion, steps, distorted, quality } = variant
          await writer.add(
            { ...truth, name: `${name} ${JSON.stringify(steps)}`, quality, distortion, reference },
            distorted,
          )
        }
        await judge.forget(file)
        onProgress?.(++pictures, name)
      }
    }
    return await writer.finish({ name: setName, truth: 'judge', scale: { direction: 'mos', min: 0, max: 100 } })
  } catch (error) {
    // Ctrl-C ends the judge too, whose failure is then none.
    signal?.throwIfAborted()
    throw error
  } finally {
    await writer.close()
    await judge.close()
  }
}
