import { compileKernels, type Kernels, startKernels } from '../engine/wasm-kernels.js'
import { packageFolder } from '../location.js'

/** So that blocks begin on lines of the cache, and kernels that work by sixteens may read and write beyond their ends. */
const LINE = 64

let started: Kernels | undefined

/** The kernels for pixels, with a memory that this thread's calls share: each lays out its own. */
export function pixelKernels(): Kernels {
  started ??= startKernels(compileKernels(packageFolder()))
  return started
}

/**
 * Lays blocks out in the kernels' memory.
 *
 * @param bytes how long each is
 * @param from where memory is free: what is behind it is overwritten
 * @returns where each begins, and where they end
 */
export function layOut<Name extends string>(
  { memory }: Kernels,
  bytes: Record<Name, number>,
  from = 0,
): Record<Name | 'end', number> {
  let end = from
  const places = Object.entries<number>(bytes).map(([name, size]) => {
    const at = end
    end = Math.ceil((at + size) / LINE + 1) * LINE
    return [name, at] as const
  })
  const missing = Math.ceil((end - memory.buffer.byteLength) / 65536)
  if (missing > 0) memory.grow(missing)
  return { ...(Object.fromEntries(places) as Record<Name, number>), end }
}
